import assert from "node:assert/strict";
import { minimizeConvex } from "../../../../engine/statistics/bounds/minimizeConvex";

describe("minimizeConvex", () => {
  const cases: readonly (readonly [string, (x: number) => number, number, number, number])[] = [
    ["a parabola", (x) => (x - 1) ** 2, 0, 3, 1],
    ["x ln x, by hand 1 / e", (x) => x * Math.log(x), 0.01, 3, 1 / Math.E],
    ["a distance", (x) => Math.abs(x - 250), 0, 1000, 250],
    ["a rising line", (x) => x, 0, 3, 0],
    ["a falling line", (x) => -x, 0, 3, 3],
  ];
  for (const [name, f, low, high, place] of cases) {
    it(`finds that of ${name}`, () => {
      const found = minimizeConvex(f, low, high);
      assert.ok(Math.abs(found - place) < 1e-6 * (high - low), `${found}`);
    });
  }

  it("is the point of an interval without width", () => {
    assert.equal(
      minimizeConvex((x) => x, 2, 2),
      2,
    );
  });

  it("is NaN for an empty interval", () => {
    assert.equal(
      minimizeConvex((x) => x, 3, 2),
      NaN,
    );
  });
});
