import assert from "node:assert/strict";
import { polyStitchingBound } from "../../../../engine/statistics/bounds/polyStitchingBound";

describe("polyStitchingBound", () => {
  const values: readonly (readonly [
    args: readonly [number, number, number, number?, number?, number?],
    expected: number,
  ])[] = [
    // confseq's unit tests; more digits from the compiled header
    [[100, 0.05, 10, 3], 64.487546659065],
    [[100, 0.05, 10, -1], 28.9938929680598],
    // confseq, the C++ header compiled as it is
    [[100, 0.05, 10], 35.6804902988861],
    [[5, 0.05, 10], 9.22404769749872],
    [[10_000, 0.01, 100, 0.5, 2, 1.5], 458.127689413522],
    // by hand: at vMin with η = e and s = 2, ℓ = ln (π² / 6α) and k₁² = 1 + cosh ½
    [[7, 0.05, 7, 0, 2, Math.E], Math.sqrt((1 + Math.cosh(0.5)) * 7 * Math.log(Math.PI ** 2 / 0.3))],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = polyStitchingBound(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-13 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number, number, number?, number?, number?])[] = [
    [-1, 0.05, 10],
    [100, 0, 10],
    [100, 1, 10],
    [100, 0.05, 0],
    [100, 0.05, 10, 0, 1],
    [100, 0.05, 10, 0, 1.4, 1],
    [100, 0.05, 10, NaN],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(polyStitchingBound(...args), NaN));
  }
});
