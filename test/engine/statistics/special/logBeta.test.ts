import assert from "node:assert/strict";
import { logBeta } from "../../../../engine/statistics/special/logBeta";

describe("logBeta", () => {
  const values: readonly (readonly [args: readonly [number, number], expected: number])[] = [
    // B(½, ½) = π, B(2, 3) = 1/12 and B(a, 1) = 1/a, by hand
    [[0.5, 0.5], Math.log(Math.PI)],
    [[2, 3], -Math.log(12)],
    [[1, 1_000_000], -Math.log(1e6)],
    // scipy 1.17.1, special.betaln(a, b)
    [[10_000_000_000, 0.5], -10.940560522033028],
    [[12, 3.5], -7.833633042894654],
    [[1e-5, 20], 11.51288998765334],
    // mpmath 1.4.1, 30 digits, log(beta(a, b))
    [[1_000_000, 1_000_000], -1386300.003362921],
    [[30, 4000], -177.67293387335164],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = logBeta(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-14 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number])[] = [
    [0, 1],
    [1, -1],
    [Infinity, 1],
    [1, NaN],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(logBeta(...args), NaN));
  }

  it("is symmetric", () => assert.equal(logBeta(3.5, 1200), logBeta(1200, 3.5)));
});
