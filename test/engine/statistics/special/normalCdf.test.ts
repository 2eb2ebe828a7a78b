import assert from "node:assert/strict";
import { normalCdf } from "../../../../engine/statistics/special/normalCdf";

describe("normalCdf", () => {
  const values: readonly (readonly [args: readonly [number], expected: number])[] = [
    // by symmetry
    [[0], 0.5],
    // mpmath 1.4.1, 30 digits, ncdf(x)
    [[-37], 5.725571222524577e-300],
    [[-10], 7.619853024160525e-24],
    [[-3], 0.0013498980316300946],
    [[-2.5], 0.006209665325776135],
    [[-1], 0.15865525393145705],
    // scipy 1.17.1, special.ndtr(x)
    [[-0.1], 0.460172162722971],
    [[1], 0.8413447460685429],
    [[2], 0.9772498680518208],
    [[5], 0.9999997133484281],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = normalCdf(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-13 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number])[] = [[NaN]];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(normalCdf(...args), NaN));
  }

  it("goes from zero to one", () => {
    assert.equal(normalCdf(-Infinity), 0);
    assert.equal(normalCdf(Infinity), 1);
  });
});
