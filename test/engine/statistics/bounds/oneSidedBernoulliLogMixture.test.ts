import assert from "node:assert/strict";
import { oneSidedBernoulliLogMixture } from "../../../../engine/statistics/bounds/oneSidedBernoulliLogMixture";

describe("oneSidedBernoulliLogMixture", () => {
  const values: readonly (readonly [args: readonly [number, number, number, number], expected: number])[] = [
    // by hand: the mean ¾ of the uniform prior above ½, over ½
    [[1, 1, 0.5, 2], Math.log(1.5)],
    // by hand: its second moment 7/12, over ¼
    [[2, 2, 0.5, 2], Math.log(7 / 3)],
    // mpmath 1.4.1, the definition at 40 digits, I by hyp2f1()
    [[7, 10, 0.3, 10], 2.0283322614078507],
    [[20, 100, 0.2, 12], -1.0639633221828673],
    [[5, 50, 0.5, 8], -2.9395270837222127],
    [[2.5, 3, 0.5, 4], 0.4890922084466818],
    // confseq's unit tests, one-sided beta_binomial_log_mixture(10, 100, 100, 0.2, 0.8)
    [[135, 625, 0.2, 15.8006349068505 / 0.16 - 1], -0.0713401889792564],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = oneSidedBernoulliLogMixture(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-12, `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number, number, number])[] = [
    [-1, 2, 0.5, 1],
    [3, 2, 0.5, 1],
    [1, 2, 0, 1],
    [1, 2, 1, 1],
    [1, 2, 0.5, 0],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(oneSidedBernoulliLogMixture(...args), NaN));
  }

  it("is zero before the first trial", () => {
    assert.ok(Math.abs(oneSidedBernoulliLogMixture(0, 0, 0.3, 5)) < 1e-14);
  });
});
