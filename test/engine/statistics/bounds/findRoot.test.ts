import assert from "node:assert/strict";
import { findRoot } from "../../../../engine/statistics/bounds/findRoot";

describe("findRoot", () => {
  const cases: readonly (readonly [string, (x: number) => number, number, number, number])[] = [
    ["a parabola", (x) => x * x - 2, 0, 2, Math.SQRT2],
    ["the fixed point of the cosine, OEIS A003957", (x) => Math.cos(x) - x, 0, 1, 0.7390851332151607],
    ["a ninth power, flat around its root", (x) => (x - 0.3) ** 9, 0, 1, 0.3],
    ["a step, which has no root but a place", (x) => (x < 0.3 ? -1 : 1e9), 0, 1, 0.3],
    ["a pole at the lower end", (x) => 1 / x - 4, 0, 1, 0.25],
  ];
  for (const [name, f, low, high, root] of cases) {
    it(`finds that of ${name}`, () => {
      const found = findRoot(f, low, high);
      assert.ok(Math.abs(found - root) < 1e-15, `${found}`);
    });
  }

  it("takes an end that is a root", () => {
    assert.ok(Math.abs(findRoot((x) => x, 0, 1)) < 1e-15);
    assert.equal(
      findRoot((x) => x - 1, 0, 1),
      1,
    );
  });

  it("needs few steps for a smooth function", () => {
    let calls = 0;
    const counted = (x: number): number => {
      calls++;
      return Math.exp(x) - 5;
    };
    findRoot(counted, 0, 10);
    assert.ok(calls < 20, `${calls} calls`);
  });

  it("is NaN without a change of sign, for an empty interval, and where the function is NaN", () => {
    assert.equal(
      findRoot((x) => x * x + 1, -1, 1),
      NaN,
    );
    assert.equal(
      findRoot((x) => x, 1, -1),
      NaN,
    );
    assert.equal(
      findRoot((x) => (x > 0 && x < 1 ? NaN : x - 0.5), 0, 1),
      NaN,
    );
  });
});
