import assert from "node:assert/strict";
import { stirlingCorrection } from "../../../../engine/statistics/special/stirlingCorrection";

describe("stirlingCorrection", () => {
  const values: readonly (readonly [args: readonly [number], expected: number])[] = [
    // mpmath 1.4.1, 30 digits, loggamma(x) less the leading terms
    [[10], 0.00833056343336287],
    [[12.5], 0.006665247032707682],
    [[100], 0.0008333305556349147],
    [[1_000_000], 8.333333333333056e-8],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = stirlingCorrection(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-13 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number])[] = [[9.99], [-20], [NaN]];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(stirlingCorrection(...args), NaN));
  }
});
