import assert from "node:assert/strict";
import { bernoulliLogMixture } from "../../../../engine/statistics/bounds/bernoulliLogMixture";

describe("bernoulliLogMixture", () => {
  const values: readonly (readonly [args: readonly [number, number, number, number], expected: number])[] = [
    // by hand: the second moment 3/8 of Beta(½, ½), over ¼
    [[2, 2, 0.5, 1], Math.log(1.5)],
    // by hand: a uniform prior gives B(2, 2) = 1/6, over ¼
    [[1, 2, 0.5, 2], Math.log(2 / 3)],
    // mpmath 1.4.1, the definition at 40 digits
    [[7, 10, 0.3, 10], 1.2910343225726175],
    [[20, 100, 0.2, 12], -1.1491548833504839],
    [[5, 50, 0.5, 8], 14.481679594588728],
    [[2.5, 3, 0.5, 4], 0.030369240213151315],
    // confseq's unit tests, two-sided beta_binomial_log_mixture(10, 100, 100, 0.2, 0.8)
    [[135, 625, 0.2, 12.6005609792563 / 0.16 - 1], -0.694101173947104],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = bernoulliLogMixture(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number, number, number])[] = [
    [-1, 2, 0.5, 1],
    [3, 2, 0.5, 1],
    [1, 2, 0, 1],
    [1, 2, 1, 1],
    [1, 2, 0.5, 0],
    [1, Infinity, 0.5, 1],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(bernoulliLogMixture(...args), NaN));
  }

  it("is zero before the first trial and, for a fair prior, after it", () => {
    assert.ok(Math.abs(bernoulliLogMixture(0, 0, 0.3, 5)) < 1e-14);
    assert.ok(Math.abs(bernoulliLogMixture(1, 1, 0.3, 5)) < 1e-14);
    assert.ok(Math.abs(bernoulliLogMixture(0, 1, 0.3, 5)) < 1e-14);
  });

  it("is a martingale: its expectation after one more trial is what it was", () => {
    const after = (successes: number): number => Math.exp(bernoulliLogMixture(successes, 11, 0.3, 5));
    const expectation = 0.3 * after(5) + 0.7 * after(4);
    assert.ok(Math.abs(expectation / Math.exp(bernoulliLogMixture(4, 10, 0.3, 5)) - 1) < 1e-13);
  });
});
