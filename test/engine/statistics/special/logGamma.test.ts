import assert from "node:assert/strict";
import { logGamma } from "../../../../engine/statistics/special/logGamma";

describe("logGamma", () => {
  const values: readonly (readonly [args: readonly [number], expected: number])[] = [
    // ln √π, ln ½√π, ln ¾√π and ln 2!, by hand
    [[0.5], Math.log(Math.PI) / 2],
    [[1.5], Math.log(Math.PI) / 2 - Math.LN2],
    [[3], Math.LN2],
    // mpmath 1.4.1, 30 digits, loggamma(x)
    [[1e-10], 23.025850929882736],
    [[0.1], 2.252712651734206],
    [[0.9999999], 5.772157468444193e-8],
    [[2.0000001], 4.227843666532498e-8],
    [[2.5], 0.2846828704729192],
    [[9.99], 12.779315214350193],
    [[10], 12.801827480081469],
    // scipy 1.17.1, special.gammaln(x)
    [[100], 359.1342053695754],
    [[1_000_000], 12815504.569147611],
    [[1_000_000_000_000_000], 3.3538776394910668e16],
  ];
  for (const [args, expected] of values) {
    it(`is ${expected} at ${args.join(", ")}`, () => {
      const actual = logGamma(...args);
      assert.ok(Math.abs(actual - expected) <= 2e-15 * Math.abs(expected), `it is ${actual}`);
    });
  }

  const outside: readonly (readonly [number])[] = [[0], [-1.5], [NaN]];
  for (const args of outside) {
    it(`is NaN at ${args.join(", ")}`, () => assert.equal(logGamma(...args), NaN));
  }

  it("is exactly zero at its roots", () => {
    assert.equal(logGamma(1), 0);
    assert.equal(logGamma(2), 0);
  });

  it("is infinite at infinity", () => assert.equal(logGamma(Infinity), Infinity));

  it("follows the recurrence across the ends of its expansions", () => {
    for (const x of [0.4999999, 0.5, 1.4999999, 1.5, 2.4999999, 2.5, 8.9999999, 9, 9.9999999]) {
      const step = logGamma(x + 1) - logGamma(x) - Math.log(x);
      assert.ok(Math.abs(step) < 1e-14, `${step} at ${x}`);
    }
  });
});
