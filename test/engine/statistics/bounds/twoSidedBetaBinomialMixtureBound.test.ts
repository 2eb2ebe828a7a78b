import assert from "node:assert/strict";
import { twoSidedBetaBinomialMixtureBound } from "../../../../engine/statistics/bounds/twoSidedBetaBinomialMixtureBound";

describe("twoSidedBetaBinomialMixtureBound", () => {
  const values: readonly (readonly [args: readonly [number, number, number, number, number], expected: number])[] = [
    // confseq's unit tests; more digits from the compiled header
    [[100, 0.05, 100, 0.2, 0.8], 31.430797596073],
    // confseq, the C++ header compiled as it is (which stops at 40 bits)
    [[200, 0.05, 100, 0.2, 0.8], 44.471389543304],
    [[1000, 0.01, 50, 2, 3], 143.300457148712],
    // by hand: two trials, both successes, v / g
    [[0.32, 0.05, 100, 0.2, 0.8], 1.6],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = twoSidedBetaBinomialMixtureBound(...args);
      assert.ok(Math.abs(actual - expected) <= 2e-12 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number, number, number, number, number?])[] = [
    [-1, 0.05, 100, 0.2, 0.8],
    [100, 0, 100, 0.2, 0.8],
    [100, 1, 100, 0.2, 0.8],
    [100, 0.05, 0, 0.2, 0.8],
    [100, 0.05, 100, 0, 0.8],
    [100, 0.05, 100, 0.2, 0],
    [100, 0.05, 100, 0.2, 0.8, 1],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(twoSidedBetaBinomialMixtureBound(...args), NaN));
  }
});
