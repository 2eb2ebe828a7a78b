import assert from "node:assert/strict";
import { normalQuantile } from "../../../../engine/statistics/special/normalQuantile";

describe("normalQuantile", () => {
  const values: readonly (readonly [args: readonly [number], expected: number])[] = [
    // the usual table values, here from scipy 1.17.1, special.ndtri(p)
    [[0.975], 1.959963984540054],
    [[0.9], 1.2815515655446004],
    [[0.05], -1.6448536269514729],
    [[0.999], 3.090232306167813],
    // far out and close to the median, scipy 1.17.1, special.ndtri(p)
    [[1e-5], -4.264890793922825],
    [[1e-100], -21.273453560965322],
    [[0.4999999999], -2.506628482030354e-10],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = normalQuantile(...args);
      assert.ok(Math.abs(actual - expected) <= 2e-15 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number])[] = [[-0.1], [1.1], [NaN]];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(normalQuantile(...args), NaN));
  }

  it("is zero at the median", () => assert.equal(normalQuantile(0.5) === 0, true));

  it("is infinite at the ends", () => {
    assert.equal(normalQuantile(0), -Infinity);
    assert.equal(normalQuantile(1), Infinity);
  });
});
