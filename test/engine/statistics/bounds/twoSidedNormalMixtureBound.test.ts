import assert from "node:assert/strict";
import { twoSidedNormalMixtureBound } from "../../../../engine/statistics/bounds/twoSidedNormalMixtureBound";

describe("twoSidedNormalMixtureBound", () => {
  const values: readonly (readonly [args: readonly [number, number, number, number?], expected: number])[] = [
    // confseq's unit tests; more digits from the compiled header
    [[100, 0.05, 100], 30.3520899037625],
    // confseq, the C++ header compiled as it is
    [[200, 0.05, 100], 43.2958260381857],
    [[100, 0.01, 100], 35.8287117425231],
    [[10_000, 0.001, 50, 0.01], 464.423130348952],
    // by hand: ρ = 1 and v = 0 leave √(2 ln α⁻¹)
    [[0, 0.05, 1 + Math.LN2, Math.exp(-0.5)], Math.sqrt(2 * Math.log(20))],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = twoSidedNormalMixtureBound(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number, number, number?])[] = [
    [-1, 0.05, 100],
    [100, 0, 100],
    [100, 1, 100],
    [100, 0.05, 0],
    [100, 0.05, 100, 1],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(twoSidedNormalMixtureBound(...args), NaN));
  }
});
