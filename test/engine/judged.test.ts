import assert from "node:assert/strict";
import fc from "fast-check";
import { assessmentReason, step, type Judgement, type Observation, type Plan } from "../../engine";
import { planArb, quietArb, run, type Move } from "./arbitraries";
import { criterion, due, INTERVAL_MS, iterating, plan, UNREACHABLE } from "./builders";

function judged(changes: Partial<Judgement> = {}): Observation {
  return { kind: "judged", allMet: true, abort: false, candidateWeight: 40, conclusions: ["Fine."], ...changes };
}

const TOLD = {
  met: false,
  abort: false,
  conclusions: ["latency of the candidate is not within threshold 200 . "],
  unit: "ms",
  baseline: { value: 180, sampleSize: 100 },
  candidate: { value: 300, sampleSize: 100 },
};
const LAST = iterating({ iteration: 4, weight: 40 });

describe("step: judged by an analytics service", () => {
  const shares: readonly (readonly [string, Partial<Judgement>, number])[] = [
    ["takes the recommended share", { candidateWeight: 40 }, 40],
    ["takes the maximum", { candidateWeight: 50 }, 50],
    ["rounds a share down", { candidateWeight: 33.9 }, 33],
    ["rounds a share down to the maximum", { candidateWeight: 50.9 }, 50],
    ["takes a smaller share", { candidateWeight: 7 }, 7],
    ["takes no share", { candidateWeight: 0 }, 0],
    ["does not take more than the maximum, nor the maximum instead", { candidateWeight: 51 }, 20],
    ["does not take less than nothing", { candidateWeight: -0.5 }, 20],
    ["does not take what is no number", { candidateWeight: NaN }, 20],
    ["holds while the criteria are not met, whatever is recommended", { allMet: false, candidateWeight: 5 }, 20],
  ];
  for (const [name, changes, weight] of shares) {
    it(`${name}: ${weight} %`, () => {
      const { state } = step(plan(), iterating(), due({ observation: judged(changes) }));
      assert.deepEqual([state.stage, state.iteration, state.weight], ["iterating", 2, weight]);
      assert.equal(state.iterationStartedAt, INTERVAL_MS);
    });
  }

  it("says what happens, in the service's words", () => {
    const met = step(plan(), iterating(), due({ observation: judged() }));
    assert.deepEqual(met.occurrences, [
      { reason: "IterationSucceeded", message: "New Traffic, baseline: 60, candidate: 40" },
      { reason: "IterationUpdate", message: "Iteration 2 Started" },
    ]);
    const unmet = step(
      plan(),
      iterating(),
      due({ observation: judged({ allMet: false, conclusions: [" Not  met ", ""], criteria: [TOLD] }) }),
    );
    const sentence = "Not met. latency of the candidate is not within threshold 200 .";
    assert.deepEqual(unmet.occurrences[0], { reason: "IterationFailed", message: sentence });
    assert.equal(unmet.state.reason, `Held at 20 %: ${sentence}`);
  });
  it("says why a recommended share is not used", () => {
    const { state } = step(plan(), iterating(), due({ observation: judged({ candidateWeight: 80 }) }));
    assert.equal(state.reason, "Fine. The recommended share of 80 % is not used: it must be between 0 % and 50 %.");
  });
  it("has a sentence of its own when the service has none", () => {
    const said = (changes: Partial<Judgement>) =>
      step(plan(), LAST, due({ observation: judged({ conclusions: [], ...changes }) })).state.reason;
    assert.equal(said({}), "The analytics service says that the success criteria are met.");
    assert.equal(
      said({ allMet: false, abort: true }),
      "The analytics service says that the success criteria are not all met. It wants the candidate removed.",
    );
  });

  it("rolls back at once when the service wants to abort, even with all criteria met", () => {
    for (const allMet of [true, false]) {
      const { state, occurrences } = step(plan(), iterating(), due({ observation: judged({ allMet, abort: true }) }));
      assert.deepEqual([state.stage, state.verdict, state.weight, state.iteration], ["ending", "rolledBack", 0, 1]);
      assert.deepEqual(occurrences, [{ reason: "ExperimentFailed", message: "Aborted: Fine." }]);
    }
  });

  const unsure = { ...TOLD, candidate: { value: 300, sampleSize: 9 } };
  const blind = { ...TOLD, candidate: { value: null, sampleSize: 100 } };
  const verdicts: readonly (readonly [string, Partial<Judgement>, string])[] = [
    ["all criteria met", {}, "promoted"],
    ["all criteria met, and a share over the maximum", { candidateWeight: 100 }, "promoted"],
    ["criteria not met, no more said", { allMet: false }, "rolledBack"],
    ["a criterion not met", { allMet: false, criteria: [TOLD] }, "rolledBack"],
    ["too few requests to tell", { allMet: false, criteria: [unsure] }, "inconclusive"],
    ["no value to tell by", { allMet: false, criteria: [blind] }, "inconclusive"],
  ];
  for (const [name, changes, verdict] of verdicts) {
    it(`at the end of the plan with ${name}: ${verdict}`, () => {
      const { state } = step(plan(), LAST, due({ observation: judged(changes) }));
      assert.deepEqual([state.verdict, state.weight], [verdict, verdict === "promoted" ? 100 : 0]);
    });
  }
  it("does not end before the plan does", () => {
    const before = iterating({ iteration: 3, weight: 50 });
    assert.equal(step(plan(), before, due({ observation: judged({ candidateWeight: 50 }) })).state.stage, "iterating");
  });

  it("keeps the evidence of each criterion, with the limit it was held against", () => {
    const delta = criterion({ toleranceType: "delta", tolerance: 0.1 });
    const { state } = step(
      plan({ criteria: [delta] }),
      iterating(),
      due({ observation: judged({ allMet: false, criteria: [{ ...TOLD, conclusions: [] }] }) }),
    );
    const [assessed] = state.assessment?.criteria ?? [];
    assert.ok(assessed);
    assert.deepEqual([assessed.limit, assessed.enoughSamples, assessed.met], [198.00000000000003, true, false]);
    assert.match(assessed.reason, /^latency of the candidate is 300 ms, over the limit of 198 ms/);
    assert.deepEqual(state.evidence, [{ baseline: TOLD.baseline, candidate: TOLD.candidate }]);
    assert.equal(assessmentReason(state.assessment as never), `Fine. ${assessed.reason}`);
  });

  it("keeps the service's state for the next question, and nothing older", () => {
    const lastState = { candidate: { traffic_percentage: 40 } };
    const first = step(plan(), iterating(), due({ observation: judged({ lastState }) })).state;
    assert.equal(first.lastState, lastState);
    const out = step(plan(), first, due({ now: 2 * INTERVAL_MS, observation: UNREACHABLE })).state;
    assert.equal(out.lastState, lastState);
    const none = step(plan(), first, due({ now: 2 * INTERVAL_MS, observation: judged() })).state;
    assert.equal(none.lastState, undefined);
  });

  it("goes on after an outage, and says so", () => {
    const out = step(plan(), iterating(), due({ observation: UNREACHABLE })).state;
    const { state, occurrences } = step(plan(), out, due({ now: 2 * INTERVAL_MS, observation: judged() }));
    assert.deepEqual([state.weight, state.stalledSince], [40, undefined]);
    assert.equal(occurrences[0]?.reason, "AnalyticsServiceRunning");
  });

  it("needs no random source with a Bayesian strategy", () => {
    const bayesian = plan({ traffic: { strategy: "posterior_bayesian_routing" } });
    assert.equal(step(bayesian, iterating(), due({ observation: judged() })).state.weight, 40);
  });
  it("does not go with the sequential analysis", () => {
    const sequential = plan({ analysis: { mode: "sequential", alpha: 0.05, beta: 0.05, warmupMs: 0 } });
    assert.throws(() => step(sequential, iterating(), due({ observation: judged() })), /analysis sequential/);
  });
});

describe("step: judged, whatever is judged", () => {
  const judgementArb: fc.Arbitrary<Observation> = fc.record({
    kind: fc.constant("judged" as const),
    allMet: fc.boolean(),
    abort: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    candidateWeight: fc.oneof(fc.double({ min: -10, max: 120 }), fc.integer({ min: 0, max: 100 }), fc.double()),
    conclusions: fc.constant([]),
  });
  const strategies = ["check_and_increment", "epsilon_greedy", "optimistic_bayesian_routing"] as const;
  const releases = fc
    .tuple(planArb, fc.constantFrom(...strategies))
    .map(([of, strategy]): Plan => ({ ...of, traffic: { ...of.traffic, strategy } }))
    .chain((of) => fc.tuple(fc.constant(of), fc.array(quietArb(judgementArb), { maxLength: 40 })));

  function always(check: (of: Plan, move: Move) => void): void {
    fc.assert(
      fc.property(releases, ([of, moments]) => {
        for (const move of run(of, moments)) check(of, move);
      }),
      { numRuns: 300 },
    );
  }

  it("the weight never exceeds the maximum while it is judged", () => {
    always(({ traffic }, { after }) => {
      if (after.stage !== "iterating") return;
      assert.ok(after.weight >= 0 && after.weight <= traffic.maxWeight, `${after.weight}`);
    });
  });
  it("the weight never moves on criteria that are not met", () => {
    always((_, { before, input, after }) => {
      const { observation } = input;
      if (before.stage !== "iterating" || observation?.kind !== "judged" || observation.allMet) return;
      if (after.stage === "iterating") assert.equal(after.weight, before.weight);
      else assert.deepEqual([after.verdict, after.weight], ["rolledBack", 0]);
    });
  });
  it("nothing but criteria that are met promotes", () => {
    always((_, { before, input, after }) => {
      if (after.verdict !== "promoted" || before.verdict !== undefined) return;
      const { observation } = input;
      assert.ok(observation?.kind === "judged" && observation.allMet && !observation.abort);
    });
  });
});
