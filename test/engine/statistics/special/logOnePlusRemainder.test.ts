import assert from "node:assert/strict";
import { logOnePlusRemainder } from "../../../../engine/statistics/special/logOnePlusRemainder";

describe("logOnePlusRemainder", () => {
  const values: readonly (readonly [args: readonly [number], expected: number])[] = [
    // by hand
    [[1], 1 - Math.LN2],
    // mpmath 1.4.1, 30 digits, x − log1p(x)
    [[1e-9], 4.999999996666667e-19],
    [[-1e-5], 5.0000333335833364e-11],
    [[0.1], 0.00468982019567514],
    [[-0.4], 0.1108256237659907],
    [[0.4], 0.06352776337878707],
    [[10], 7.602104727201629],
    [[-0.9], 1.402585092994046],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = logOnePlusRemainder(...args);
      assert.ok(Math.abs(actual - expected) <= 2e-15 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number])[] = [[-1], [-2], [NaN]];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(logOnePlusRemainder(...args), NaN));
  }

  it("is zero at zero", () => assert.equal(logOnePlusRemainder(0), 0));
});
