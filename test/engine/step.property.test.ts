import assert from "node:assert/strict";
import fc from "fast-check";
import { assessmentDueAt, finish, step, type Plan, type SuccessCriterion } from "../../engine";
import { momentArb, planArb, quietArb, run, unavailableArb, valuesArb, type Moment, type Move } from "./arbitraries";
import { READY } from "./builders";

const RUNS = { numRuns: 300 };

/** Checks a property of every move of random releases. */
function always(moment: (plan: Plan) => fc.Arbitrary<Moment>, check: (plan: Plan, move: Move) => void): void {
  const releases = planArb.chain((plan) => fc.tuple(fc.constant(plan), fc.array(moment(plan), { maxLength: 40 })));
  fc.assert(
    fc.property(releases, ([plan, moments]) => {
      for (const move of run(plan, moments)) check(plan, move);
    }),
    RUNS,
  );
}

function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function isWithin(value: number, limit: number, { direction }: SuccessCriterion): boolean {
  return direction === "lower" ? value <= limit : value >= limit;
}

const undisturbed = ({ input }: Move): boolean => {
  return input.action === undefined && Object.values(input.targets).every((target) => target === "ready");
};

describe("step, whatever happens", () => {
  it("the weight is a share of traffic, and none while waiting", () => {
    always(momentArb, (_, { after }) => {
      assert.ok(after.weight >= 0 && after.weight <= 100);
      if (after.stage === "waiting") assert.equal(after.weight, 0);
    });
  });

  it("while iterating the weight is at most the maximum, never falls, and rises by one step at most", () => {
    always(momentArb, ({ traffic }, { before, after }) => {
      if (after.stage !== "iterating") return;
      assert.ok(after.weight <= traffic.maxWeight);
      const rise = after.weight - before.weight;
      assert.ok(rise >= 0 && rise <= traffic.step);
      if (rise > 0) assert.equal(after.iteration, before.iteration + 1);
    });
  });

  it("iterations are counted one by one, up to the last", () => {
    always(momentArb, ({ traffic }, { before, after }) => {
      assert.ok(after.iteration === before.iteration || after.iteration === before.iteration + 1);
      assert.ok(after.iteration <= traffic.maxIterations);
    });
  });

  it("nothing advances before it is due", () => {
    always(momentArb, (plan, { before, input, after }) => {
      const due = assessmentDueAt(plan, before);
      if (before.stage !== "iterating" || after.stage !== "iterating") return;
      if (due !== undefined && input.now >= due) return;
      assert.deepEqual([after.iteration, after.weight], [before.iteration, before.weight]);
    });
  });

  it("missing metrics change no weight, unless they end the release as inconclusive at 0", () => {
    const moment = (plan: Plan) => quietArb(fc.oneof(valuesArb(plan), unavailableArb));
    always(moment, (_, { before, input, after }) => {
      if (before.stage !== "iterating" || input.observation?.kind !== "unavailable") return;
      if (after.stage === "ending") assert.deepEqual([after.verdict, after.weight], ["inconclusive", 0]);
      else assert.deepEqual([after.weight, after.iteration], [before.weight, before.iteration]);
    });
  });

  it("a decided release never changes again", () => {
    always(momentArb, (plan, { before, input, after, told }) => {
      if (before.stage === "ending") assert.deepEqual([after, told], [before, 0]);
      if (after.stage !== "ending") return;
      const ended = finish(after, input.now);
      assert.deepEqual(step(plan, ended, input), { state: ended, occurrences: [] });
    });
  });

  it("a verdict is there exactly when the release is decided", () => {
    always(momentArb, (_, { after }) => {
      assert.equal(after.verdict !== undefined, after.stage === "ending");
      assert.equal(after.decidedAt !== undefined, after.stage === "ending");
    });
  });

  it("the last weight is all or nothing, unless both versions are to stay", () => {
    always(momentArb, ({ traffic }, { before, after }) => {
      if (after.stage !== "ending") return;
      if (after.verdict !== "promoted") assert.equal(after.weight, 0);
      else if (traffic.onSuccess === "both") assert.ok([before.weight, 100].includes(after.weight));
      else assert.ok([0, 100].includes(after.weight));
    });
  });

  it("only evidence promotes, or a person, or the loss of the baseline", () => {
    always(momentArb, (_, move) => {
      const { before, input, after } = move;
      if (after.verdict !== "promoted" || before.verdict !== undefined) return;
      if (input.action === "override_success" || input.targets.baseline === "missing") return;
      assert.ok(after.assessment);
      for (const { candidate, limit, criterion } of after.assessment.criteria) {
        assert.ok(candidate.value !== null && limit !== null && isWithin(candidate.value, limit, criterion));
        assert.ok(candidate.sampleSize >= criterion.sampleSize);
      }
    });
  });

  it("only evidence rolls back, or a candidate that cannot answer", () => {
    always(momentArb, (_, move) => {
      const { before, after } = move;
      if (after.verdict !== "rolledBack" || before.verdict !== undefined || !undisturbed(move)) return;
      const failing = after.assessment?.criteria.filter(
        ({ candidate, limit, criterion }) =>
          candidate.value !== null &&
          limit !== null &&
          !isWithin(candidate.value, limit, criterion) &&
          candidate.sampleSize >= criterion.sampleSize,
      );
      assert.ok(failing && failing.length > 0);
    });
  });

  it("no value is no evidence: it neither advances nor decides", () => {
    const nothing = fc.record({
      value: fc.constantFrom(null, NaN, Infinity, -Infinity),
      sampleSize: fc.nat(200),
    });
    always(
      (plan) => quietArb(valuesArb(plan, nothing)),
      (_, { before, after }) => {
        if (after.stage === "ending") assert.deepEqual([after.verdict, after.weight], ["inconclusive", 0]);
        else if (before.stage === "iterating") assert.equal(after.weight, before.weight);
      },
    );
  });

  it("the same input once more changes nothing more", () => {
    always(momentArb, (plan, { input, after }) => {
      // Having resumed, a release goes on; every other input is used up.
      if (input.action === "resume") return;
      const again = step(plan, after, input).state;
      assert.deepEqual([again.weight, again.iteration], [after.weight, after.iteration]);
    });
  });

  it("a driver that reads its state back from JSON goes on as if it had not", () => {
    const releases = planArb.chain((plan) => fc.tuple(fc.constant(plan), fc.array(momentArb(plan), { maxLength: 40 })));
    fc.assert(
      fc.property(releases, ([plan, moments]) => {
        const plain = run(plan, moments);
        const kept = run(plan, moments, throughJson);
        assert.deepEqual(throughJson(kept), throughJson(plain));
      }),
      RUNS,
    );
  });
});

describe("step, when all goes well", () => {
  it("promotes after exactly as many iterations as planned", () => {
    fc.assert(
      fc.property(planArb, (plan) => {
        const { traffic } = plan;
        const criteria = plan.criteria.map((c) => ({ ...c, toleranceType: "threshold" as const, tolerance: 100 }));
        const moments = Array.from({ length: traffic.maxIterations + 1 }, (_, i): Moment => {
          const seen = { value: 100, sampleSize: 100 * (i + 1) };
          const metrics = criteria.map(({ metric }) => ({
            metric,
            isCounter: false,
            unit: "",
            baseline: seen,
            candidate: seen,
          }));
          return { afterMs: traffic.intervalMs, targets: READY, observation: { kind: "values", metrics } };
        });
        const moves = run({ ...plan, criteria }, moments);
        assert.deepEqual(
          moves.slice(0, -1).map(({ after }) => [after.stage, after.weight]),
          moves.slice(0, -1).map((_, i) => ["iterating", Math.min((i + 1) * traffic.step, traffic.maxWeight)]),
        );
        assert.equal(moves.at(-1)?.after.verdict, "promoted");
      }),
      RUNS,
    );
  });
});
