import assert from "node:assert/strict";
import { betaPriorWeight } from "../../../../engine/statistics/bounds/betaPriorWeight";

describe("betaPriorWeight", () => {
  const values: readonly (readonly [args: readonly [number, number], expected: number])[] = [
    // confseq's unit tests; more digits from the compiled header: ρ − 1
    [[100, 0.05], 11.6005609792563],
    // by hand: ρ = 5
    [[(1 + Math.LN2) * 5, Math.exp(-0.5)], 4],
    // the floor
    [[1, 0.05], 0.001],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = betaPriorWeight(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-13 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number])[] = [
    [0, 0.05],
    [-1, 0.05],
    [100, 0],
    [100, 1],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(betaPriorWeight(...args), NaN));
  }
});
