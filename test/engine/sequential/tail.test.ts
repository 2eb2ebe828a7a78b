import assert from "node:assert/strict";
import { boundAt, slowerThan, tailAt } from "../../../engine/sequential/tail";

const BOUNDS = [100, 250, 500];

describe("a percentile limit in a histogram", () => {
  it("that is a bound is counted from it", () => assert.deepEqual(tailAt(BOUNDS, 250), { upper: 1, lower: 1 }));
  it("between two bounds is bracketed", () => assert.deepEqual(tailAt(BOUNDS, 300), { upper: 2, lower: 1 }));
  it("under all bounds can be exceeded, but not kept", () => assert.deepEqual(tailAt(BOUNDS, 50), { upper: 0 }));
  it("over all bounds can be kept, but not exceeded", () => assert.deepEqual(tailAt(BOUNDS, 900), { lower: 2 }));
  it("without bounds says nothing", () => assert.deepEqual(tailAt([], 900), {}));
});

describe("the bound at a quantile", () => {
  it("is the smallest that enough requests stay under", () => {
    assert.equal(boundAt(100, [50, 90, 99], 0.9), 1);
    assert.equal(boundAt(100, [50, 89, 99], 0.9), 2);
  });
  it("is none beyond the last bound, or without requests", () => {
    assert.equal(boundAt(100, [50, 60, 70], 0.9), undefined);
    assert.equal(boundAt(0, [0, 0, 0], 0.9), undefined);
  });
});

describe("slower requests", () => {
  it("are those over the bound", () => assert.equal(slowerThan({ requests: 100, buckets: [50, 90, 99] }, 1), 10));
  it("are none where the histogram is not known", () => assert.equal(slowerThan({ requests: 100 }, 1), 0));
});
