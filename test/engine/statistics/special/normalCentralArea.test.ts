import assert from "node:assert/strict";
import { normalCentralArea } from "../../../../engine/statistics/special/normalCentralArea";

describe("normalCentralArea", () => {
  const values: readonly (readonly [args: readonly [number], expected: number])[] = [
    // mpmath 1.4.1, 30 digits, ncdf(x) − ½
    [[1e-9], 3.989422804014327e-10],
    [[0.5], 0.1914624612740131],
    [[1], 0.3413447460685429],
    [[-2], -0.4772498680518208],
    [[3], 0.4986501019683699],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = normalCentralArea(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-15 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number])[] = [[3.1], [-4], [NaN]];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(normalCentralArea(...args), NaN));
  }

  it("is zero at zero", () => assert.equal(normalCentralArea(0), 0));
});
