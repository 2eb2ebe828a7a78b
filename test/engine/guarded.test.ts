import assert from "node:assert/strict";
import type { Assessment, SuccessCriterion, TrafficPlan } from "../../engine";
import { startEvidence, type CriterionEvidence } from "../../engine/sequential/evidence";
import { firstGuardedWeight, isBudgetSpent, nextGuardedWeight } from "../../engine/strategies/guarded";
import { criterion, plan } from "./builders";

const good: Assessment = { criteria: [], allMet: false, abort: false, changed: true, suspicious: false, failed: false };
const errors: SuccessCriterion = criterion({ metric: "errors", toleranceType: "threshold", tolerance: 0.01 });
const { traffic } = plan({ traffic: { strategy: "guarded", step: 10, maxWeight: 50, intervalMs: 15_000 } });
const withBudget: TrafficPlan = { ...traffic, budget: { failedRequests: 200, metric: "errors" } };

function seen(
  candidate: [requests: number, failed: number],
  baseline: [requests: number, failed: number],
): CriterionEvidence {
  const version = ([requests, events]: [number, number]) => ({ requests, events, sum: 0 });
  return { ...startEvidence(errors, "ratio", undefined), candidate: version(candidate), baseline: version(baseline) };
}
const state = (evidence: CriterionEvidence, requestsPerSecond = 100) => ({ criteria: [evidence], requestsPerSecond });

describe("guarded: the first weight", () => {
  it("is worth six requests", () => {
    assert.equal(firstGuardedWeight(traffic, { criteria: [], requestsPerSecond: 20 }), 2);
    assert.equal(firstGuardedWeight(traffic, { criteria: [], requestsPerSecond: 10 }), 4);
  });
  it("is one percent of a busy service, and a step of an idle one", () => {
    assert.equal(firstGuardedWeight(traffic, { criteria: [], requestsPerSecond: 1000 }), 1);
    assert.equal(firstGuardedWeight(traffic, { criteria: [], requestsPerSecond: 0.1 }), 10);
    assert.equal(firstGuardedWeight(traffic, { criteria: [], requestsPerSecond: 0 }), 10);
  });
  it("is cautious while the traffic is not known", () =>
    assert.equal(firstGuardedWeight(traffic, { criteria: [] }), 5));
  it("risks half of a small budget", () => {
    const tight: TrafficPlan = { ...traffic, budget: { failedRequests: 4, metric: "errors" } };
    assert.equal(firstGuardedWeight(tight, { criteria: [], requestsPerSecond: 2 }), 6);
  });
});

describe("guarded: the next weight", () => {
  const next = (weight: number, assessment: Assessment) =>
    nextGuardedWeight(traffic, [errors], weight, assessment, state(seen([100, 0], [900, 1])));
  it("doubles", () => assert.equal(next(4, good), 8));
  it("grows by a step at most", () => assert.equal(next(20, good), 30));
  it("grows to the maximum at most", () => assert.equal(next(45, good), 50));
  it("is held under suspicion", () => assert.equal(next(20, { ...good, suspicious: true }), 20));
  it("is held when there is nothing new", () => assert.equal(next(20, { ...good, changed: false }), 20));
});

describe("guarded: the budget", () => {
  const next = (weight: number, evidence: CriterionEvidence) =>
    nextGuardedWeight(withBudget, [errors], weight, good, state(evidence));
  it("lets the weight grow while little is at risk", () => assert.equal(next(20, seen([5000, 0], [9000, 9])), 30));
  it("holds the weight down to what half of it allows", () => {
    // 1500 requests an iteration; (19 + 1) / (99 + 1) of them may fail, and half of the 181 that are left are 90.5: 452 requests
    assert.equal(next(40, seen([99, 19], [9000, 0])), 30);
  });
  it("never lowers the weight to nothing", () => assert.equal(next(40, seen([300, 199], [9000, 0])), 1));
  it("is spent by failures beyond the baseline's rate", () => {
    assert.equal(isBudgetSpent(withBudget, [errors], state(seen([10_000, 299], [90_000, 900]))), false);
    assert.equal(isBudgetSpent(withBudget, [errors], state(seen([10_000, 300], [90_000, 900]))), true);
    assert.equal(isBudgetSpent(traffic, [errors], state(seen([10_000, 9000], [90_000, 900]))), false);
  });
});
