import assert from "node:assert/strict";
import { normalMixtureBound } from "../../../../engine/statistics/bounds/normalMixtureBound";
import { normalMixturePrecision } from "../../../../engine/statistics/bounds/normalMixturePrecision";
import { twoSidedNormalMixtureBound } from "../../../../engine/statistics/bounds/twoSidedNormalMixtureBound";
import { normalCdf } from "../../../../engine/statistics/special/normalCdf";

describe("normalMixtureBound", () => {
  const values: readonly (readonly [args: readonly [number, number, number, number?], expected: number])[] = [
    // confseq's unit tests; more digits from the compiled header
    [[100, 0.05, 100], 27.6607088306946],
    // confseq, the C++ header compiled as it is (which stops at 40 bits)
    [[200, 0.05, 100], 39.4907603155616],
    [[100, 0.01, 100], 33.7177068566916],
    [[10_000, 0.001, 50, 0.01], 447.66943804035],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = normalMixtureBound(...args);
      assert.ok(Math.abs(actual - expected) <= 2e-12 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number, number, number?])[] = [
    [-1, 0.05, 100],
    [100, 0, 100],
    [100, 1, 100],
    [100, 0.05, 0],
    [100, 0.05, 100, 0.5],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(normalMixtureBound(...args), NaN));
  }

  it("is where the martingale reaches 1 / α", () => {
    const [v, alpha, vOpt] = [40, 0.02, 300];
    const rho = normalMixturePrecision(vOpt, 0.1);
    const z = normalMixtureBound(v, alpha, vOpt) / Math.sqrt(v + rho);
    const martingale = 2 * Math.sqrt(rho / (v + rho)) * Math.exp((z * z) / 2) * normalCdf(z);
    assert.ok(Math.abs(martingale * alpha - 1) < 1e-13, `${martingale}`);
  });

  it("is below the two-sided one, and above that of twice the level", () => {
    const bound = normalMixtureBound(100, 0.05, 100);
    assert.ok(bound < twoSidedNormalMixtureBound(100, 0.05, 100, 0.1));
    assert.ok(bound > twoSidedNormalMixtureBound(100, 0.1, 100, 0.1));
  });
});
