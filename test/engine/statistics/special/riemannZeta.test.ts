import assert from "node:assert/strict";
import { riemannZeta } from "../../../../engine/statistics/special/riemannZeta";

describe("riemannZeta", () => {
  const values: readonly (readonly [args: readonly [number], expected: number])[] = [
    // Euler: ζ(2) = π²/6, ζ(4) = π⁴/90
    [[2], Math.PI ** 2 / 6],
    [[4], Math.PI ** 4 / 90],
    // Apéry's constant, OEIS A002117
    [[3], 1.2020569031595942],
    // mpmath 1.4.1, 30 digits, zeta(s)
    [[1.4], 3.1055472779775806],
    [[1.0001], 10000.577222947537],
    [[20], 1.0000009539620338],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = riemannZeta(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-15 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number])[] = [[1], [0.5], [NaN]];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(riemannZeta(...args), NaN));
  }

  it("is one where only the first term is left", () => {
    assert.equal(riemannZeta(1000), 1);
    assert.equal(riemannZeta(Infinity), 1);
  });
});
