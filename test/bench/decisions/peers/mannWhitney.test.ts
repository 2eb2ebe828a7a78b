import assert from "node:assert/strict";
import { locationShift } from "../../../../bench/decisions/peers/mannWhitney";

describe("the Mann-Whitney shift", () => {
  it("is the median of the pairwise differences", () => {
    // Differences: -2, 1, 5 (from 3), 0, 3, 7 (from 5): sorted -2 0 1 3 5 7.
    assert.equal(locationShift([3, 5], [5, 2, -2], 0.98).estimate, 2);
  });
  it("has the smallest and largest difference as its ends when there are few points", () => {
    assert.deepEqual(locationShift([4, 5, 6], [1, 2, 3], 0.98), { estimate: 3, lower: 1, upper: 5 });
  });
  it("leaves out as many differences at each end as the normal approximation says", () => {
    // n = m = 10 without ties: sigma = sqrt(100 / 12 x 21) = 13.2288; nm/2 - z sigma - 1/2 = 50 - 30.775 - 0.5 = 18.725, so 18
    // differences lie outside at each end and the 19th one is the end.
    const x = [1, 4, 9, 16, 25, 36, 49, 64, 81, 100];
    const y = x.map((value) => value * 0.73 + 0.11);
    const sorted = x.flatMap((a) => y.map((b) => a - b)).sort((a, b) => a - b);
    const { lower, upper } = locationShift(x, y, 0.98);
    assert.deepEqual([lower, upper], [sorted[18], sorted[81]]);
  });
  it("turns around when the samples change places", () => {
    const [x, y] = [
      [1, 5, 2, 8, 9, 4],
      [3, 3, 7, 2, 6],
    ];
    const [there, back] = [locationShift(x, y, 0.9), locationShift(y, x, 0.9)];
    assert.deepEqual([there.estimate, there.lower, there.upper], [-back.estimate, -back.upper, -back.lower]);
  });
  it("corrects the variance for ties", () => {
    // n = m = 12 and a group of eleven zeros: sigma = sqrt(144 / 12 x (25 - 1320 / 552)) = 16.471, so 72 - 38.32 - 0.5 = 33.2 and
    // 33 differences lie outside: -12, -11 and -10, eleven times each. Uncorrected it would be 31.
    const zeros = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100];
    const y = Array.from({ length: 12 }, (_, i) => i + 1);
    assert.equal(locationShift(zeros, y, 0.98).lower, -9);
  });
});
