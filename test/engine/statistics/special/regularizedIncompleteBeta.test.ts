import assert from "node:assert/strict";
import { regularizedIncompleteBeta } from "../../../../engine/statistics/special/regularizedIncompleteBeta";

describe("regularizedIncompleteBeta", () => {
  const values: readonly (readonly [args: readonly [number, number, number], expected: number])[] = [
    // P(Binomial(4, ½) ≥ 2) = 11/16 and I_x(a, 1) = x^a, by hand
    [[0.5, 2, 3], 0.6875],
    [[0.3, 7, 1], 0.3 ** 7],
    // scipy 1.17.1, special.betainc(a, b, x)
    [[0.1, 0.5, 0.5], 0.20483276469913345],
    [[0.99, 50, 2], 0.9075091007063049],
    [[0.001, 10, 1000], 1.1659490822343323e-7],
    [[0.2, 20, 100], 0.837797998279439],
    [[1e-5, 2, 3], 5.999920000300001e-10],
    [[0.3005, 300_000, 700_000], 0.8623710942977787],
    // the median, by symmetry
    [[0.5, 1_000_000, 1_000_000], 0.5],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = regularizedIncompleteBeta(...args);
      assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number, number, number])[] = [
    [-0.1, 1, 1],
    [1.1, 1, 1],
    [0.5, 0, 1],
    [0.5, 1, -1],
    [0.5, 1, Infinity],
    [NaN, 1, 1],
  ];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(regularizedIncompleteBeta(...args), NaN));
  }

  it("is zero and one at the ends", () => {
    assert.equal(regularizedIncompleteBeta(0, 2, 3), 0);
    assert.equal(regularizedIncompleteBeta(1, 2, 3), 1);
  });

  it("and its mirror image make one", () => {
    for (const x of [0.1, 0.25, 0.4, 0.9]) {
      const sum = regularizedIncompleteBeta(x, 0.7, 12) + regularizedIncompleteBeta(1 - x, 12, 0.7);
      assert.ok(Math.abs(sum - 1) < 1e-14, `${sum} at ${x}`);
    }
  });
});
