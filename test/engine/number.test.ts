import assert from "node:assert/strict";
import fc from "fast-check";
import { formatNumber, significant } from "../../engine";

describe("significant", () => {
  it("rounds as text does, but for ties", () => {
    const values = fc.double({ min: -1e12, max: 1e12, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 12 }), (value, digits) => {
        const text = Number(value.toPrecision(digits));
        assert.ok(Math.abs(significant(value, digits) - text) <= Math.abs(text) * 1.001 * 10 ** (1 - digits) + 1e-290);
      }),
    );
  });
  for (const [value, digits, expected] of [
    [0.012345, 3, 0.0123],
    [123456, 2, 120_000],
    [0.3, 4, 0.3],
    [24.999999999999996, 4, 25],
    [-0.00098765, 2, -0.00099],
    [0, 3, 0],
    [Infinity, 3, Infinity],
    [1e-310, 3, 0],
  ] as const) {
    it(`of ${value} to ${digits} digits is ${expected}`, () => assert.equal(significant(value, digits), expected));
  }
});

describe("formatNumber", () => {
  for (const [value, expected] of [
    [12_345.6789, "12,345.679"],
    [1_234_567, "1,234,567"],
    [999.9996, "1,000"],
    [-1234.5, "-1,234.5"],
    [55.4684, "55.468"],
    [0.5, "0.5"],
    [0.0521, "0.0521"],
    [0.0012345, "0.00123"],
    [0, "0"],
  ] as const) {
    it(`of ${value} is ${expected}`, () => assert.equal(formatNumber(value), expected));
  }
});
