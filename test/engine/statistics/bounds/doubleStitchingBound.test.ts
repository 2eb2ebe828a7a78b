import assert from "node:assert/strict";
import { doubleStitchingBound } from "../../../../engine/statistics/bounds/doubleStitchingBound";

describe("doubleStitchingBound", () => {
  const values: readonly (readonly [
    args: readonly [number, number, number, number, number?, number?, number?],
    expected: number,
  ])[] = [
    // confseq's unit tests; more digits from the compiled header
    [[0.5, 1000, 0.05, 100], 68.6280289212162],
    [[0.9, 1000, 0.05, 100], 43.7211936103715],
    [[0.1, 1000, 0.05, 100], 59.9652124625475],
    // confseq, the C++ header compiled as it is
    [[0.95, 1000, 0.05, 100], 30.8126141289531],
    [[0.99, 50, 0.05, 100], 2.09351217914867],
    // by hand: the median at tOpt with η = e and s = 2
    [
      [0.5, 100, 0.05, 100, 0.5, 2, Math.E],
      0.25 * Math.sqrt(Math.E) +
        5 * Math.sqrt((1 + Math.cosh(0.5)) * Math.log(20 * (Math.PI ** 2 / 3) * (Math.PI ** 2 / 3 + 1))),
    ],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = doubleStitchingBound(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-13 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number, number, number, number?, number?, number?])[] = [
    [0, 1000, 0.05, 100],
    [1, 1000, 0.05, 100],
    [0.5, -1, 0.05, 100],
    [0.5, 1000, 0, 100],
    [0.5, 1000, 1, 100],
    [0.5, 1000, 0.05, 0.5],
    [0.5, 1000, 0.05, 100, 0],
    [0.5, 1000, 0.05, 100, 0.5, 1],
    [0.5, 1000, 0.05, 100, 0.5, 1.4, 1],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(doubleStitchingBound(...args), NaN));
  }
});
