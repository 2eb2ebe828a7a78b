import assert from "node:assert/strict";
import { betaBinomialMixtureBound } from "../../../../engine/statistics/bounds/betaBinomialMixtureBound";

describe("betaBinomialMixtureBound", () => {
  const values: readonly (readonly [args: readonly [number, number, number, number, number], expected: number])[] = [
    // confseq's unit tests; more digits from the compiled header
    [[100, 0.05, 100, 0.2, 0.8], 28.4123800520462],
    [[2 * 0.2 * 0.8, 0.05, 100, 0.2, 0.8], 1.6],
    // confseq, the C++ header compiled as it is (which stops at 40 bits)
    [[200, 0.05, 100, 0.2, 0.8], 40.2784329859571],
    [[1000, 0.01, 50, 2, 3], 123.686346905458],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = betaBinomialMixtureBound(...args);
      assert.ok(Math.abs(actual - expected) <= 2e-12 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number, number, number, number, number?])[] = [
    [-1, 0.05, 100, 0.2, 0.8],
    [100, 0, 100, 0.2, 0.8],
    [100, 1, 100, 0.2, 0.8],
    [100, 0.05, 0, 0.2, 0.8],
    [100, 0.05, 100, 0, 0.8],
    [100, 0.05, 100, 0.2, 0],
    [100, 0.05, 100, 0.2, 0.8, 0.5],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(betaBinomialMixtureBound(...args), NaN));
  }

  it("scales with the range", () => {
    const scaled = betaBinomialMixtureBound(900, 0.05, 900, 0.6, 2.4) / 3;
    assert.ok(Math.abs(scaled / betaBinomialMixtureBound(100, 0.05, 100, 0.2, 0.8) - 1) < 1e-12);
  });
});
