import assert from "node:assert/strict";
import { normalDensity } from "../../../../engine/statistics/special/normalDensity";

describe("normalDensity", () => {
  const values: readonly (readonly [args: readonly [number], expected: number])[] = [
    // by hand
    [[0], 1 / Math.sqrt(2 * Math.PI)],
    // scipy 1.17.1, stats.norm.pdf(x)
    [[1], 0.24197072451914337],
    [[-2], 0.05399096651318806],
    [[10], 7.69459862670642e-23],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = normalDensity(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-15 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number])[] = [[NaN]];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(normalDensity(...args), NaN));
  }
});
