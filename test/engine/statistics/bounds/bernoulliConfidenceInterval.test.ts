import assert from "node:assert/strict";
import { bernoulliConfidenceInterval } from "../../../../engine/statistics/bounds/bernoulliConfidenceInterval";
import { bernoulliLogMixture } from "../../../../engine/statistics/bounds/bernoulliLogMixture";
import { betaPriorWeight } from "../../../../engine/statistics/bounds/betaPriorWeight";

type Input = readonly [successes: number, trials: number, alpha: number, tOpt: number];

describe("bernoulliConfidenceInterval", () => {
  const intervals: readonly (readonly [Input, lower: number, upper: number])[] = [
    // confseq's unit tests; more digits from the compiled header (which stops at 40 bits)
    [[700, 1000, 0.05, 100], 0.651629813869976, 0.745949500785173],
    [[15, 50, 0.05, 50], 0.129556994974996, 0.511896402536376],
    [[5, 50, 0.05, 50], 0.0130217600058472, 0.26926466715106],
    [[1, 50, 0.05, 50], 0, 0.134891586681877],
    [[1, 2, 0.05, 50], 0, 1],
    [[100, 200, 0.05, 1], 0.328923354126573, 0.6710766458732],
    [[0, 1, 0.05, 50], 0, 1],
    [[1, 1, 0.05, 50], 0, 1],
    // confseq, the C++ header compiled as it is
    [[5000, 10_000, 0.05, 1000], 0.483786432432453, 0.516213567567775],
    [[0, 100, 0.05, 100], 0, 0.0398842155265413],
    [[3, 100_000, 0.05, 1000], 1.1222379746135e-7, 0.000144214238574046],
  ];
  for (const [input, lower, upper] of intervals) {
    it(`is [${lower}, ${upper}] at ${input.join(", ")}`, () => {
      const actual = bernoulliConfidenceInterval(...input);
      assert.ok(Math.abs(actual[0] - lower) <= 1e-10 * lower, `it begins at ${actual[0]}`);
      assert.ok(Math.abs(actual[1] - upper) <= 1e-10 * upper, `it ends at ${actual[1]}`);
    });
  }

  it("ends where the martingale reaches 1 / α", () => {
    for (const [successes, trials] of [
      [2, 1_000_000],
      [12.5, 40],
      [3000, 3001],
    ] as const) {
      const interval = bernoulliConfidenceInterval(successes, trials, 0.01, 100);
      for (const p of interval.filter((end) => end > 0 && end < 1)) {
        const log = bernoulliLogMixture(successes, trials, p, betaPriorWeight(100, 0.05));
        assert.ok(Math.abs(log + Math.log(0.01)) < 1e-7, `${log} at ${p}`);
      }
    }
  });

  it("begins where the failures' interval ends, from the other side", () => {
    const [lower, upper] = bernoulliConfidenceInterval(30, 100, 0.05, 100);
    assert.deepEqual(bernoulliConfidenceInterval(70, 100, 0.05, 100), [1 - upper, 1 - lower]);
  });

  it("is everything before the first trial", () => {
    assert.deepEqual(bernoulliConfidenceInterval(0, 0, 0.05, 100), [0, 1]);
  });

  it("ends at the end where all trials agree", () => {
    assert.equal(bernoulliConfidenceInterval(1000, 1000, 0.05, 100)[1], 1);
    assert.equal(bernoulliConfidenceInterval(0, 1000, 0.05, 100)[0], 0);
  });

  const outside: readonly Input[] = [
    [-1, 10, 0.05, 100],
    [11, 10, 0.05, 100],
    [1, Infinity, 0.05, 100],
    [1, 10, 0, 100],
    [1, 10, 1, 100],
    [1, 10, 0.05, 0],
    [NaN, 10, 0.05, 100],
  ];
  for (const input of outside) {
    it(`is NaN at ${input.join(", ")}`, () => {
      assert.deepEqual(bernoulliConfidenceInterval(...input), [NaN, NaN]);
    });
  }
});
