import assert from "node:assert/strict";
import { ITER8, iter8, iter8Iteration, meetsErrorRate } from "../../../../bench/decisions/peers/iter8";
import { counters, scrapeAt, steady } from "./scrapes";

const holding = { ...ITER8, stopOnFailure: false };
const stopping = { ...ITER8, stopOnFailure: true };

describe("Iter8 v0.1's rule", () => {
  it("begins with a step and adds one an iteration that is met", () => {
    assert.equal(iter8(false, 60_000).begin().weight, 2);
    assert.equal(iter8Iteration(holding, { iteration: 1, weight: 2 }, "met").weight, 4);
  });
  it("never goes beyond the maximum, and never down", () => {
    assert.equal(iter8Iteration(holding, { iteration: 30, weight: 50 }, "met").weight, 50);
    assert.equal(iter8Iteration(holding, { iteration: 30, weight: 20 }, "failed").weight, 20);
    assert.equal(iter8Iteration(holding, { iteration: 30, weight: 20 }, "unknown").weight, 20);
  });
  it("lets the last iteration alone decide", () => {
    const last = { iteration: 100, weight: 40 };
    assert.equal(iter8Iteration(holding, { ...last, iteration: 99 }, "failed").verdict, undefined);
    assert.equal(iter8Iteration(holding, last, "met").verdict, "promoted");
    assert.equal(iter8Iteration(holding, last, "failed").verdict, "rolledBack");
    assert.equal(iter8Iteration(holding, last, "unknown").verdict, "rolledBack");
  });
  it("stops at the first failure if asked to, but not for want of requests", () => {
    assert.equal(iter8Iteration(stopping, { iteration: 3, weight: 6 }, "failed").verdict, "rolledBack");
    assert.equal(iter8Iteration(stopping, { iteration: 3, weight: 6 }, "unknown").verdict, undefined);
  });
  it("rounds to three decimals", () => {
    assert.ok(meetsErrorRate(0.01049, 0.01));
    assert.ok(!meetsErrorRate(0.0106, 0.01));
  });
  it("does not judge fewer than ten requests", () => {
    const rule = iter8(true, 60_000);
    const verdictOf = (requests: number): string | undefined =>
      rule.look(rule.begin().state, { at: 60_000, scrapes: [scrapeAt(60, counters(requests, 5))] }).verdict;
    assert.deepEqual([verdictOf(9), verdictOf(10)], [undefined, "rolledBack"]);
  });
  it("looks at all requests since the beginning, over restarts", () => {
    const rule = iter8(true, 60_000);
    const before = scrapeAt(-15, counters(500, 500));
    // 400 requests, then a restart, then 100 with five failures: 1 % of 500.
    const scrapes = [
      before,
      scrapeAt(0, counters(0, 0)),
      scrapeAt(30, counters(400, 0)),
      scrapeAt(60, counters(100, 5)),
    ];
    assert.equal(rule.look(rule.begin().state, { at: 60_000, scrapes }).weight, 4);
    assert.equal(rule.look(rule.begin().state, { at: 60_000, scrapes: steady(5, 100, 2) }).verdict, "rolledBack");
  });
});
