import assert from "node:assert/strict";
import { bernoulliLogMixture } from "../../../../engine/statistics/bounds/bernoulliLogMixture";
import { betaPriorWeight } from "../../../../engine/statistics/bounds/betaPriorWeight";
import { quantileAbTestPValue } from "../../../../engine/statistics/bounds/quantileAbTestPValue";

/** 1 + offset, 2 + offset, …, as in confseq's unit tests. */
function consecutive(count: number, offset: number = 0): number[] {
  return Array.from({ length: count }, (_, i) => i + 1 + offset);
}

describe("quantileAbTestPValue", () => {
  const cases: readonly (readonly [quantile: number, a: number, b: number, offset: number, tOpt: number, p: number])[] =
    [
      // confseq's unit tests; more digits from the compiled header
      [0.5, 1000, 1000, 70, 100, 0.8147043590265],
      [0.5, 1000, 1000, 85, 100, 0.0838054952112761],
      [0.5, 1000, 1000, 100, 100, 0.00549470124807274],
      [0.9, 1000, 1000, 55, 100, 0.0340463045826838],
      // confseq, the C++ header compiled as it is
      [0.5, 10, 10, 10, 10, 0.03060324456477],
      [0.5, 10, 20, 10, 10, 0.0435232878558642],
      // … whose search for the minimum of one arm is good to 20 bits only, which shows here
      [0.9, 400, 1500, -700, 200, 4.952632e-15],
    ];
  for (const [quantile, a, b, offset, tOpt, p] of cases) {
    it(`is ${p} for the ${quantile}-quantile of ${a} and ${b} values, ${offset} apart`, () => {
      const actual = quantileAbTestPValue(consecutive(a), consecutive(b, offset), quantile, tOpt);
      assert.ok(Math.abs(actual / p - 1) < 1e-7, `it is ${actual}`);
    });
  }

  it("is, for two samples apart, that of five of ten and none of ten below the best candidate", () => {
    // By hand: no candidate below 11 has any value of the second sample below it, so that the best one is a median of
    // the first; from 11 on it is the mirror image.
    const weight = betaPriorWeight(10, 0.05);
    const byHand = Math.exp(-bernoulliLogMixture(5, 10, 0.5, weight) - bernoulliLogMixture(0, 10, 0.5, weight));
    const actual = quantileAbTestPValue(consecutive(10), consecutive(10, 10), 0.5, 10);
    assert.ok(Math.abs(actual / byHand - 1) < 1e-12, `${actual} and ${byHand}`);
  });

  it("depends neither on the order of the values nor on that of the samples", () => {
    const [a, b] = [consecutive(300), consecutive(200, 120)];
    const p = quantileAbTestPValue(a, b, 0.75, 100);
    assert.ok(p < 0.5);
    assert.equal(quantileAbTestPValue([...a].reverse(), b, 0.75, 100), p);
    assert.equal(quantileAbTestPValue(b, a, 0.75, 100), p);
  });

  it("leaves the samples as they are", () => {
    const a = [3, 1, 2];
    quantileAbTestPValue(a, [1], 0.5, 10);
    assert.deepEqual(a, [3, 1, 2]);
  });

  it("is one for equal samples, ties or not", () => {
    assert.equal(quantileAbTestPValue(consecutive(50), consecutive(50), 0.9, 10), 1);
    assert.equal(quantileAbTestPValue(Array(500).fill(1), Array(700).fill(1), 0.9, 10), 1);
  });

  it("is one while a sample is empty", () => {
    assert.equal(quantileAbTestPValue([], consecutive(100), 0.5, 10), 1);
    assert.equal(quantileAbTestPValue(consecutive(100), [], 0.5, 10), 1);
  });

  it("is NaN outside of its domain", () => {
    assert.equal(quantileAbTestPValue([1], [2], 0, 10), NaN);
    assert.equal(quantileAbTestPValue([1], [2], 1, 10), NaN);
    assert.equal(quantileAbTestPValue([1], [2], 0.5, 0), NaN);
    assert.equal(quantileAbTestPValue([1], [2], 0.5, 10, 1), NaN);
    assert.equal(quantileAbTestPValue([1, NaN], [2], 0.5, 10), NaN);
  });
});
