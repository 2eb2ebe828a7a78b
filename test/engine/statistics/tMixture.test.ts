import assert from "node:assert/strict";
import { tMixture } from "../../../engine/statistics/tMixture";

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= 1e-6, `${actual}, not ${expected}`);

describe("tMixture", () => {
  // The first two are the marginal likelihoods integrated numerically over effect and standard deviation (mpmath, quad), the others the
  // closed form worked out by hand.
  it("five observations with a clear mean", () => close(tMixture(5, 5, 5.5, 0, 1), 2.646785315));
  it("one observation, with nineteen that tell the variance", () => close(tMixture(1, 3, 10, 19, 2), 11.9249378));
  it("four observations, some of them calibrated", () => {
    // g = 4, spread = 17: -log(17)/2 - 7 log(1 - 36/340)
    close(tMixture(4, -3, 20, 10, 2), -0.63318126);
  });
  it("a mean of 0 is evidence for 0", () => {
    // -log(1 + 4 x 10)/2
    close(tMixture(10, 0, 7, 0, 2), -1.856786033);
  });
  it("nothing without observations, or where nothing is known of the variance", () => {
    assert.equal(tMixture(0, 0, 0, 0, 1), 0);
    assert.equal(tMixture(3, 0, 0, 0, 1), 0);
  });
});
