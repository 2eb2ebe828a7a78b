import assert from "node:assert/strict";
import fc from "fast-check";
import { split, type Observation, type Plan, type ReleaseState } from "../../../engine";
import { guarded, intervalsArb, observations, run, type Batch, type Interval } from "./releases";

const RUNS = { numRuns: 150 };
const INTERVAL = guarded.traffic.intervalMs;

function always(
  check: (states: readonly ReleaseState[], seen: readonly Observation[], intervals: readonly Interval[]) => void,
): void {
  fc.assert(
    fc.property(intervalsArb, (intervals) => {
      const seen = observations(intervals, INTERVAL);
      check(run(guarded, seen), seen, intervals);
    }),
    RUNS,
  );
}

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

function numbersIn(value: unknown, path = ""): [string, number][] {
  if (typeof value === "number") return [[path, value]];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, `${path}.${key}`));
}

describe("a sequential release, whatever is observed", () => {
  it("holds no NaN and nothing infinite", () => {
    always((states) => {
      for (const state of states)
        for (const [path, number] of numbersIn(state)) assert.ok(Number.isFinite(number), `${path}: ${number}`);
    });
  });

  it("has whole weights that sum to 100, up to the maximum until a verdict", () => {
    always((states) => {
      for (const { weight, stage } of states) {
        const { baseline, candidate } = split(weight);
        assert.equal(baseline + candidate, 100);
        assert.ok(Number.isInteger(weight) && weight >= 0);
        if (stage === "iterating") assert.ok(weight >= 1 && weight <= guarded.traffic.maxWeight);
      }
    });
  });

  it("decides the same when a step is repeated, or its state was read back from JSON", () => {
    always((states, seen) => {
      assert.deepEqual(
        run(guarded, seen, (s) => s, 2),
        states,
      );
      assert.deepEqual(throughJson(run(guarded, seen, throughJson)), throughJson(states));
    });
  });

  it("decides the same for versions of other names", () => {
    const renamed: Plan = { ...guarded, baseline: "zebra", candidate: "aardvark" };
    always((states, seen) => assert.deepEqual(run(renamed, seen), states));
  });

  it("decides the same in whatever batches the requests of a window come", () => {
    fc.assert(
      fc.property(intervalsArb, fc.infiniteStream(fc.nat(1000)), (intervals, cuts) => {
        const inBatches = intervals.map((interval) => ({
          ...interval,
          candidate: inParts(interval.candidate, cuts),
          baseline: inParts(interval.baseline, cuts),
        }));
        assert.deepEqual(
          run(guarded, observations(inBatches, INTERVAL)),
          run(guarded, observations(intervals, INTERVAL)),
        );
      }),
      RUNS,
    );
  });

  it("what cannot be used is no evidence", () => {
    // A restart does not always show: the counters may have caught up.
    always((states, _, intervals) => {
      for (const [i, { trouble }] of intervals.entries()) {
        const [before, after] = [states[i - 1], states[i]];
        if (trouble === "none" || trouble === "restart" || before === undefined || before.stage !== "iterating")
          continue;
        const strength = (state: ReleaseState | undefined) =>
          state?.sequential?.criteria.map((c) => [c?.harm, c?.safety, c?.mean]);
        assert.deepEqual(strength(after), strength(before));
        assert.notEqual(after?.verdict, "rolledBack");
        // The budget is told by what was seen; it may lower the weight, but nothing raises it.
        assert.ok(after !== undefined && after.weight <= before.weight);
      }
    });
  });
});

/** The same batch as the sum of several, added up in another order. */
function inParts(batch: Batch, cuts: fc.Stream<number>): Batch {
  const parts: Batch[] = [];
  let left = batch;
  for (let i = 0; i < 3; i++) {
    const cut = (value: number) => Math.min(value, cuts.next().value ?? 0);
    const part = { requests: cut(left.requests), failed: cut(left.failed), slow: cut(left.slow), sum: 0 };
    parts.unshift(part);
    left = {
      requests: left.requests - part.requests,
      failed: left.failed - part.failed,
      slow: left.slow - part.slow,
      sum: left.sum,
    };
  }
  return [...parts, left].reduce((a, b) => ({
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    slow: a.slow + b.slow,
    sum: a.sum + b.sum,
  }));
}
