import assert from "node:assert/strict";
import { flagger, flaggerTick, type FlaggerState } from "../../../../bench/decisions/peers/flagger";
import type { Decision, Rule, Seen } from "../../../../bench/decisions/peers/rule";
import { atLeast, chanceOfRollback } from "./chances";
import { steady } from "./scrapes";

const FRESH: FlaggerState = { weight: 10, failedChecks: 0 };

function chance(threshold: number, steps: number, failing: number): number {
  const settings = { threshold, stepWeight: 50 / steps, maxWeight: 50 };
  const start = { weight: settings.stepWeight, failedChecks: 0 };
  return chanceOfRollback(start, failing, (state, passed) => flaggerTick(settings, state, passed));
}

function look(rule: Rule<FlaggerState>, seen: Seen): Decision<FlaggerState> {
  return rule.look(FRESH, seen);
}

describe("Flagger's rule", () => {
  const rule = flagger(1, 60_000);

  it("gives the candidate a step before any analysis", () => assert.equal(rule.begin().weight, 10));
  it("takes twenty small steps at 15 s", () => assert.equal(flagger(1, 15_000).begin().weight, 2.5));
  it("adds a step when both metrics are in range", () => {
    assert.deepEqual(look(rule, { at: 60_000, scrapes: steady(5, 100, 1) }), {
      state: { weight: 20, failedChecks: 0 },
      weight: 20,
    });
  });
  it("holds the weight when too many fail, and rolls back a tick later", () => {
    const failed = look(rule, { at: 60_000, scrapes: steady(5, 100, 2) });
    assert.deepEqual(failed, { state: { weight: 10, failedChecks: 1 }, weight: 10 });
    // By then all is well again, which does not help: the threshold is compared before the analysis.
    const { verdict, weight } = rule.look(failed.state, { at: 120_000, scrapes: steady(9, 100, 0) });
    assert.deepEqual({ verdict, weight }, { verdict: "rolledBack", weight: 0 });
  });
  it("fails a slow p99", () => {
    assert.equal(look(rule, { at: 60_000, scrapes: steady(5, 100, 0, 900) }).state.failedChecks, 1);
  });
  it("passes a p99 that is under 501 ms, because it reads whole ones", () => {
    const scrapes = steady(5, 10_000, 0, 500).map((scrape, i) => {
      // So many beyond 500 ms that the p99 lies 0.9 ms beyond it.
      const buckets = scrape.candidate.buckets.map((count, place) => (place < 9 ? count - i * 100.178 : count));
      return { ...scrape, candidate: { ...scrape.candidate, buckets: buckets.map((count) => Math.max(0, count)) } };
    });
    assert.equal(look(rule, { at: 60_000, scrapes }).state.failedChecks, 0);
  });
  it("fails a look without requests", () => {
    assert.equal(look(rule, { at: 60_000, scrapes: steady(5, 0, 0) }).state.failedChecks, 1);
  });
  it("fails a look without scrapes", () => {
    assert.equal(look(rule, { at: 600_000, scrapes: steady(5, 100, 0) }).state.failedChecks, 1);
  });
  it("promotes with the pass at the maximum", () => {
    const { verdict } = rule.look({ weight: 50, failedChecks: 0 }, { at: 300_000, scrapes: steady(21, 100, 0) });
    assert.equal(verdict, "promoted");
  });
  it("rolls back as often as P(Binomial(T + n - 1, f) >= T) says", () => {
    for (const [threshold, steps, failing] of [
      [1, 5, 0.1],
      [5, 5, 0.1],
      [5, 5, 0.5],
      [5, 20, 0.2],
      [10, 10, 0.3],
    ] as const) {
      const expected = atLeast(threshold, threshold + steps - 1, failing);
      assert.ok(Math.abs(chance(threshold, steps, failing) - expected) < 1e-12, `T=${threshold} n=${steps}`);
    }
  });
  it("errs in 41 % of the releases with its default threshold and a tenth of the checks failing", () => {
    assert.equal(chance(1, 5, 0.1).toFixed(2), "0.41");
    assert.equal((100 * chance(5, 5, 0.1)).toFixed(2), "0.09");
  });
});
