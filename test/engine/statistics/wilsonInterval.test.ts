import assert from "node:assert/strict";
import { wilsonInterval } from "../../../engine/statistics/wilsonInterval";

describe("wilsonInterval", () => {
  const intervals: readonly (readonly [input: readonly [number, number, number?], lower: number, upper: number])[] = [
    // Newcombe, "Two-sided confidence intervals for the single proportion", Statist. Med. 17 (1998), Table I, gives
    // 0.2553 to 0.3662 for 81 / 263, 0.0000 to 0.1611 for 0 / 20; the digits: scipy 1.17.1,
    // binomtest(successes, trials).proportion_ci(0.95, "wilson")
    [[81, 263], 0.2552885198782742, 0.36620957698280004],
    [[0, 20], 0, 0.16112515805281935],
    [[20, 20], 0.8388748419471808, 1],
    [[10, 100], 0.05522913706067508, 0.17436566150491345],
    [[1, 1000], 0.00017654637062607809, 0.0056425585979579355],
    // the same at 0.99
    [[10, 100, 2.5758293035489004], 0.04602581170103505, 0.20375073847162334],
    // By hand: z = 1 at one of two, the roots of 3 p² − 3 p + ½
    [[1, 2, 1], 0.5 - Math.sqrt(1 / 12), 0.5 + Math.sqrt(1 / 12)],
  ];
  for (const [input, lower, upper] of intervals) {
    it(`is [${lower}, ${upper}] at ${input.join(", ")}`, () => {
      const actual = wilsonInterval(...input);
      assert.ok(Math.abs(actual[0] - lower) <= 1e-13 * lower, `it begins at ${actual[0]}`);
      assert.ok(Math.abs(actual[1] - upper) <= 1e-13 * upper, `it ends at ${actual[1]}`);
    });
  }

  it("is everything without trials", () => assert.deepEqual(wilsonInterval(0, 0), [0, 1]));

  it("is the estimate at z = 0", () => assert.deepEqual(wilsonInterval(1, 4, 0), [0.25, 0.25]));

  const outside: readonly (readonly [number, number, number?])[] = [
    [-1, 10],
    [11, 10],
    [1, -1],
    [1, Infinity],
    [1, 10, -1],
    [NaN, 10],
    [1, 10, NaN],
  ];
  for (const input of outside) {
    it(`is NaN at ${input.join(", ")}`, () => assert.deepEqual(wilsonInterval(...input), [NaN, NaN]));
  }
});
