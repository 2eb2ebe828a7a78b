import assert from "node:assert/strict";
import { bernoulliLogMixture } from "../../../../engine/statistics/bounds/bernoulliLogMixture";
import { betaBinomialBoundary } from "../../../../engine/statistics/bounds/betaBinomialBoundary";

describe("betaBinomialBoundary", () => {
  // With the log likelihood ratio of 2p to p as the martingale, k successes in n trials reach 1 / α at
  // k ln 2 + (n − k) ln ((1 − 2p) / (1 − p)) = ln α⁻¹, which is solved by hand.
  const ratioOfDouble = (successes: number, trials: number, p: number): number =>
    successes * Math.LN2 + (trials - successes) * Math.log((1 - 2 * p) / (1 - p));
  const byHand: readonly (readonly [v: number, alpha: number, g: number, h: number])[] = [
    [16, 0.05, 0.2, 0.8],
    [100, 0.01, 1, 3],
    [2500, 1e-6, 0.3, 0.7],
  ];
  for (const [v, alpha, g, h] of byHand) {
    it(`is where a likelihood ratio reaches 1 / ${alpha} at v = ${v}, in [-${g}, ${h}]`, () => {
      const [p, trials] = [g / (g + h), v / (g * h)];
      const failureStep = Math.log((1 - 2 * p) / (1 - p));
      const successes = (-Math.log(alpha) - trials * failureStep) / (Math.LN2 - failureStep);
      const bound = betaBinomialBoundary(ratioOfDouble, v, alpha, g, h, 1);
      assert.ok(Math.abs(bound - ((g + h) * successes - g * trials)) < 1e-12 * v, `${bound}`);
    });
  }

  it("is what all successes come to, where they prove nothing", () => {
    assert.equal(betaBinomialBoundary(bernoulliLogMixture, 0.25, 0.05, 0.5, 0.5, 10), 0.5);
    assert.equal(betaBinomialBoundary(bernoulliLogMixture, 0, 0.05, 0.5, 0.5, 10), 0);
  });

  const outside: readonly (readonly [number, number, number, number, number])[] = [
    [-1, 0.05, 0.5, 0.5, 10],
    [Infinity, 0.05, 0.5, 0.5, 10],
    [1, 0, 0.5, 0.5, 10],
    [1, 1, 0.5, 0.5, 10],
    [1, 0.05, 0, 0.5, 10],
    [1, 0.05, 0.5, 0, 10],
    [1, 0.05, 0.5, 0.5, 0],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(betaBinomialBoundary(bernoulliLogMixture, ...args), NaN));
  }
});
