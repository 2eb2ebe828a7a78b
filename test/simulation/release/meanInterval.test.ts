import assert from "node:assert/strict";
import { tMixture } from "../../../engine/statistics/tMixture";
import { createDraws } from "../../../simulation/random/draws";
import { addBatch, meanInterval, NO_BATCHES } from "../../../simulation/release/meanInterval";
import { times } from "../statistics";

const EFFECT = 2;

describe("simulation: interval of a mean", () => {
  it("ends where the t-mixture reaches 1 / alpha", () => {
    const values: readonly [requests: number, mean: number][] = [
      [4, 10],
      [9, 11],
      [16, 10.5],
      [25, 10.2],
      [9, 9.7],
      [16, 10.9],
    ];
    const interval = meanInterval(
      values.reduce((seen, [n, mean]) => addBatch(seen, n, n * mean), NO_BATCHES),
      0.05,
    );
    assert.ok(interval);
    for (const end of interval) {
      const observations = values.map(([n, mean]) => Math.sqrt(n) * (mean - end));
      const sum = observations.reduce((a, b) => a + b, 0);
      const squares = observations.reduce((a, b) => a + b * b, 0);
      assert.ok(Math.abs(tMixture(values.length, sum, squares, 0, EFFECT) - Math.log(20)) < 1e-6);
    }
    assert.ok(interval[0] < 10.4 && interval[1] > 10.4);
  });

  it("is as its example says", () => {
    const [low, high] =
      meanInterval(
        [9, 10, 11].reduce((seen, x) => addBatch(seen, 1, x), NO_BATCHES),
        0.5,
      ) ?? [];
    assert.ok(Math.abs((low ?? NaN) - 8.401450891560845) < 1e-9 && Math.abs((high ?? NaN) - 11.598549108439155) < 1e-9);
  });

  it("is not known before there are a few batches", () => {
    assert.equal(meanInterval(NO_BATCHES, 0.05), null);
    assert.equal(meanInterval(addBatch(NO_BATCHES, 5, 50), 0.05), null);
  });

  it("contains the mean at all looks, but for alpha of the releases", () => {
    const draws = createDraws(3, "coverage");
    const runs = times(400, () => {
      let seen = NO_BATCHES;
      return times(60, () => {
        const requests = 1 + draws.poisson(20);
        seen = addBatch(seen, requests, requests * 100 + 30 * Math.sqrt(requests) * draws.normal());
        const [low, high] = meanInterval(seen, 0.1) ?? [-Infinity, Infinity];
        return low <= 100 && high >= 100;
      }).every((holds) => holds);
    });
    const missed = runs.filter((held) => !held).length / runs.length;
    assert.ok(missed <= 0.1 && missed > 0, `${missed}`);
  });
});
