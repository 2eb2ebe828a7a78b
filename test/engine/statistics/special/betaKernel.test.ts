import assert from "node:assert/strict";
import { betaKernel } from "../../../../engine/statistics/special/betaKernel";

describe("betaKernel", () => {
  const values: readonly (readonly [args: readonly [number, number, number], expected: number])[] = [
    // by hand: x (1 − x), as B(1, 1) = 1
    [[0.5, 1, 1], 0.25],
    // mpmath 1.4.1, 30 digits, x**a * (1-x)**b / beta(a, b)
    [[0.5, 1_000_000, 1_000_000], 282.0947565120314],
    [[0.25, 3, 4.5], 0.34439296824766685],
    [[0.0001, 12, 100_000], 1.1375458871947217],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = betaKernel(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-13 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number, number])[] = [
    [0, 1, 1],
    [1, 1, 1],
    [0.5, 0, 1],
    [0.5, 1, -1],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(betaKernel(...args), NaN));
  }
});
