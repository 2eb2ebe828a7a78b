import assert from "node:assert/strict";
import { ARGO, argoLook, argoRollouts, type ArgoState } from "../../../../bench/decisions/peers/argoRollouts";
import { atLeast, chanceOfRollback } from "./chances";
import { steady } from "./scrapes";

const FRESH: ArgoState = [{ failed: 0, consecutiveErrors: 0 }];

/** One metric, measured once a step. */
function chance(failureLimit: number, measurements: number, failing: number): number {
  const settings = { ...ARGO, failureLimit, weights: Array.from({ length: measurements }, () => 10) };
  return chanceOfRollback(FRESH, failing, (state, passed, at) =>
    argoLook(settings, state, [passed ? "success" : "failure"], at * settings.pauseMs),
  );
}

describe("Argo Rollouts' rule", () => {
  const rule = argoRollouts(0, 60_000);

  it("sets the weights on the clock", () => {
    const weights = [60, 119, 120, 240].map(
      (at) => rule.look(rule.begin().state, { at: at * 1000, scrapes: steady(21, 100, 0) }).weight,
    );
    assert.deepEqual([rule.begin().weight, ...weights], [10, 20, 20, 30, 50]);
  });
  it("promotes when the steps are over", () => {
    const { verdict } = rule.look(rule.begin().state, { at: 300_000, scrapes: steady(21, 100, 0) });
    assert.equal(verdict, "promoted");
  });
  it("aborts at once with one failure more than the limit", () => {
    const looks = argoRollouts(1, 60_000);
    const first = looks.look(looks.begin().state, { at: 60_000, scrapes: steady(5, 100, 2) });
    assert.equal(first.verdict, undefined);
    const second = looks.look(first.state, { at: 120_000, scrapes: steady(9, 100, 2) });
    assert.deepEqual([second.verdict, second.weight], ["rolledBack", 0]);
  });
  it("counts the failures of each metric for itself", () => {
    const settings = { ...ARGO, failureLimit: 1 };
    const two = [...FRESH, ...FRESH];
    const first = argoLook(settings, two, ["failure", "success"], 60_000);
    assert.equal(argoLook(settings, first.state, ["success", "failure"], 120_000).verdict, undefined);
  });
  it("fails a NaN", () => {
    assert.equal(rule.look(rule.begin().state, { at: 60_000, scrapes: steady(5, 0, 0) }).verdict, "rolledBack");
  });
  it("errs only after five measurements in a row without a result", () => {
    const none = { at: 60_000, scrapes: [] };
    let { state } = rule.begin();
    for (let i = 0; i < 4; i++) {
      const { state: next, verdict } = rule.look(state, none);
      assert.equal(verdict, undefined);
      state = next;
    }
    assert.equal(rule.look(state, none).verdict, "rolledBack");
  });
  it("aborts as often as P(Binomial(N, f) > failureLimit) says", () => {
    for (const [limit, measurements, failing] of [
      [0, 5, 0.05],
      [3, 5, 0.5],
      [3, 20, 0.2],
    ] as const) {
      const expected = atLeast(limit + 1, measurements, failing);
      assert.ok(Math.abs(chance(limit, measurements, failing) - expected) < 1e-12, `L=${limit} N=${measurements}`);
    }
    assert.equal(chance(0, 5, 0.05).toFixed(2), "0.23");
  });
});
