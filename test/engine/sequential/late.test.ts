import assert from "node:assert/strict";
import { initialState, step, type MetricCounts, type Plan, type ReleaseState } from "../../../engine";
import { criterion, plan, READY } from "../builders";

const LOOK = 15_000;
const release: Plan = plan({
  criteria: [criterion({ metric: "errors", toleranceType: "delta", tolerance: 0.25 })],
  analysis: { mode: "sequential", alpha: 0.05, beta: 0.05, warmupMs: 0 },
  traffic: { strategy: "guarded", step: 10, maxWeight: 50, intervalMs: LOOK, maxIterations: 120 },
});

/** 300 requests a look; one in a thousand fails, and of the candidate's a share from some look on. */
function lookOfVerdict(failing: number, from: number): { look: number; state: ReleaseState } {
  let [baseline, candidate] = [
    { requests: 0, events: 0, sum: 0 },
    { requests: 0, events: 0, sum: 0 },
  ];
  const counts = (at: number): MetricCounts => ({ kind: "ratio", at, baseline, candidate });
  const windows = Array.from({ length: 120 }, (_, i) => ({ requests: 300, events: i % 10 < 3 ? 1 : 0, sum: 0 }));
  const past = [{ metric: "errors", kind: "ratio" as const, windowMs: LOOK, windows, counts: counts(0) }];
  let state = step(release, initialState(0), { now: 0, targets: READY, history: past }).state;
  let look = 0;
  const add = (to: typeof baseline, requests: number, events: number) => ({
    requests: to.requests + requests,
    events: to.events + events,
    sum: 0,
  });
  while (state.stage === "iterating") {
    look += 1;
    const share = Math.round(3 * state.weight);
    baseline = add(baseline, 300 - share, look % 7 === 0 ? 1 : 0);
    candidate = add(candidate, share, look >= from ? Math.round(failing * share) : look % 7 === 3 ? 1 : 0);
    const value = { value: null, sampleSize: 0 };
    const metrics = [
      { metric: "errors", isCounter: false, unit: "", baseline: value, candidate: value, counts: counts(look * LOOK) },
    ];
    const observation = { kind: "values", metrics } as const;
    state = step(release, state, { now: look * LOOK, targets: READY, observation }).state;
  }
  return { look, state };
}

describe("a candidate that turns bad late", () => {
  it("is rolled back at the first look if all of its requests fail", () => {
    const { look, state } = lookOfVerdict(1, 60);
    assert.deepEqual([state.verdict, look], ["rolledBack", 60]);
  });
  it("is rolled back within a minute if one in ten fails", () => {
    const { look, state } = lookOfVerdict(0.1, 60);
    assert.equal(state.verdict, "rolledBack");
    assert.ok(look < 64, `${look}`);
  });
  it("is inconclusive if it never does", () => assert.equal(lookOfVerdict(0, 1000).state.verdict, "inconclusive"));
});
