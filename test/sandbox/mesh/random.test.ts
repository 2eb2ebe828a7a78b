import assert from "node:assert/strict";

import { exponential, logNormal, randomStream } from "../../../sandbox/mesh/random";

describe("random draws", () => {
  const draws = 100_000;

  function sample(draw: () => number): number[] {
    return Array.from({ length: draws }, draw).sort((a, b) => a - b);
  }

  it("repeat for a seed and name, and differ for another of either", () => {
    const first = (seed: number, name: string) => Array.from({ length: 5 }, randomStream(seed, name));
    assert.deepEqual(first(1, "a"), first(1, "a"));
    assert.notDeepEqual(first(1, "a"), first(2, "a"));
    assert.notDeepEqual(first(1, "a"), first(1, "b"));
  });

  it("have the mean of the exponential distribution", () => {
    const random = randomStream(11, "exponential");
    const mean = sample(() => exponential(random, 0.05)).reduce((sum, gap) => sum + gap) / draws;
    // The standard error is 20 / sqrt(100,000) = 0.063.
    assert.ok(Math.abs(mean - 20) < 0.25, `mean ${mean}`);
  });

  for (const [p50, p99] of [
    [20, 60],
    [100, 110],
    [5, 500],
  ] as const) {
    it(`have a median of ${p50} and a 99th percentile of ${p99}`, () => {
      const random = randomStream(12, "log-normal");
      const latencies = sample(() => logNormal(random, p50, p99));
      const relative = (share: number, expected: number) => Math.log((latencies[draws * share] ?? 0) / expected);
      // Four standard errors of the empirical quantiles, on the scale of the underlying normal distribution.
      const sigma = Math.log(p99 / p50) / 2.326;
      assert.ok(Math.abs(relative(0.5, p50)) < 4 * sigma * 0.00396, "median");
      assert.ok(Math.abs(relative(0.99, p99)) < 4 * sigma * 0.0118, "99th percentile");
    });
  }

  it("are constant when p99 is p50", () => {
    const random = randomStream(13, "constant");
    assert.deepEqual(new Set(Array.from({ length: 100 }, () => logNormal(random, 7, 7))), new Set([7]));
  });
});
