import assert from "node:assert/strict";
import fc from "fast-check";
import { countBelow } from "../../../../engine/statistics/bounds/countBelow";

describe("countBelow", () => {
  const ascending = [1, 2, 3, 3, 5];
  // The order statistics of confseq's unit tests: value, how many are less, how many are less or equal.
  const counts: readonly (readonly [number, number, number])[] = [
    [-1, 0, 0],
    [1, 0, 1],
    [3, 2, 4],
    [5, 4, 5],
    [10, 5, 5],
  ];
  for (const [x, less, lessOrEqual] of counts) {
    it(`counts ${less} below ${x}, ${lessOrEqual} with those equal`, () => {
      assert.equal(countBelow(ascending, x), less);
      assert.equal(countBelow(ascending, x, true), lessOrEqual);
    });
  }

  it("counts none of none", () => assert.equal(countBelow([], 1, true), 0));

  it("counts as a filter does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: -1, max: 10 }), (values, x) => {
        const sorted = Float64Array.from(values).sort();
        assert.equal(countBelow(sorted, x), values.filter((value) => value < x).length);
        assert.equal(countBelow(sorted, x, true), values.filter((value) => value <= x).length);
      }),
    );
  });
});
