import {
  errorDelta,
  errorThreshold,
  itIsRare,
  latencyDelta,
  latencyThreshold,
  p99Threshold,
  planOf,
  traffic,
} from "./cells";

const BOTH = ["rolledBack", "promoted"] as const;

// A candidate exactly at the tolerance is the hardest one: both kinds of error are at their largest there.
describe("Monte Carlo: a candidate at its tolerance is rarely rolled back, and rarely promoted", function () {
  this.timeout(600_000);

  for (const [requests, rate, delta] of [
    [1, 0.05, 0.5],
    [20, 0.005, 0.5],
    [1000, 0.001, 0.5],
    [1000, 0.01, 0.1],
  ] as const) {
    itIsRare(`at the tolerance: errors ${rate * 100} %, ${requests} requests/s, delta ${delta}`, BOTH, () => ({
      plan: planOf([errorDelta(delta)]),
      scenario: traffic(requests, rate, rate * (1 + delta)),
      seed: 11,
    }));
  }

  for (const [requests, limit] of [
    [1, 0.1],
    [20, 0.01],
  ] as const) {
    itIsRare(`at the tolerance: errors, ${requests} requests/s, threshold ${limit}`, BOTH, () => ({
      plan: planOf([errorThreshold(limit)]),
      scenario: traffic(requests, limit / 4, limit),
      seed: 12,
    }));
  }

  itIsRare("at the tolerance: errors 0.1 %, 100 requests/s, floor 0.003", BOTH, () => ({
    plan: planOf([errorDelta(0.75, 0.003)]),
    scenario: traffic(100, 0.001, 0.003),
    seed: 13,
  }));

  itIsRare("at the tolerance: mean latency, 20 requests/s, delta 0.1", BOTH, () => {
    const version = (median: number) => ({ errorRate: 0, latency: { median, sigma: 0.5 } });
    const scenario = traffic(20, version(100), version(110), { latency: "mean" });
    return { plan: planOf([latencyDelta(0.1)]), scenario, seed: 14 };
  });

  itIsRare("at the tolerance: mean latency, four times the baseline's, 20 requests/s, threshold 200 ms", BOTH, () => {
    const version = (mean: number) => ({ errorRate: 0, latency: { median: mean / Math.exp(0.125), sigma: 0.5 } });
    const scenario = traffic(20, version(50), version(200), { latency: "mean" });
    return { plan: planOf([latencyThreshold(200)]), scenario, seed: 16 };
  });

  itIsRare("at the tolerance: mean latency that varies twice as much, 20 requests/s, delta 0.1", BOTH, () => {
    const version = (mean: number, sigma: number) => ({
      errorRate: 0,
      latency: { median: mean / Math.exp((sigma * sigma) / 2), sigma },
    });
    const scenario = traffic(20, version(100, 0.5), version(110, 0.9), { latency: "mean" });
    return { plan: planOf([latencyDelta(0.1)]), scenario, seed: 17 };
  });

  itIsRare("at the tolerance: 99th percentile, 20 requests/s, threshold at a bucket's bound", BOTH, () => {
    // 1 % of a log-normal with sigma 0.5 exceed the median times exp(0.5 x 2.326).
    const median = 500 / Math.exp(0.5 * 2.3263478740408408);
    const version = (of: number) => ({ errorRate: 0, latency: { median: of, sigma: 0.5 } });
    const scenario = traffic(20, version(100), version(median), { latency: "histogram" });
    return { plan: planOf([p99Threshold(500)]), scenario, seed: 15 };
  });
});
