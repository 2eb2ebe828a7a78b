import assert from "node:assert/strict";
import { normalMixturePrecision } from "../../../../engine/statistics/bounds/normalMixturePrecision";

describe("normalMixturePrecision", () => {
  const values: readonly (readonly [args: readonly [number, number], expected: number])[] = [
    // confseq's unit tests; more digits from the compiled header
    [[100, 0.05], 12.6005609792563],
    // confseq's unit tests; more digits from the compiled header (of the one-sided boundary at level 0.05)
    [[100, 0.1], 15.8006349068505],
    // by hand: 2 ln α⁻¹ = 1
    [[Math.E ** 2, Math.exp(-0.5)], Math.E ** 2 / (1 + Math.LN2)],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = normalMixturePrecision(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-13 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number])[] = [
    [0, 0.05],
    [-1, 0.05],
    [100, 0],
    [100, 1],
    [NaN, 0.05],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(normalMixturePrecision(...args), NaN));
  }
});
