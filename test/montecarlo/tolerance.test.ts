import { assertRare, errorDelta, errorThreshold, latencyDelta, p99Threshold, planOf, simulate, traffic } from "./cells";

// A candidate exactly at the tolerance is the hardest one: both kinds of error are at their largest there.
describe("Monte Carlo: a candidate at its tolerance is rarely rolled back, and rarely promoted", function () {
  this.timeout(600_000);

  const deltas: readonly (readonly [requests: number, rate: number, delta: number])[] = [
    [1, 0.05, 0.5],
    [20, 0.005, 0.5],
    [20, 0.1, 0.1],
    [1000, 0.001, 0.5],
    [1000, 0.01, 0.1],
  ];
  for (const [requests, rate, delta] of deltas) {
    it(`errors ${rate * 100} %, ${requests} requests/s, ${delta * 100} % more tolerated`, () => {
      const results = simulate(planOf([errorDelta(delta)]), traffic(requests, rate, rate * (1 + delta)), 11);
      assertRare(results, "rolledBack");
      assertRare(results, "promoted");
    });
  }

  for (const [requests, limit] of [
    [1, 0.1],
    [20, 0.01],
    [1000, 0.01],
  ] as const) {
    it(`errors at a limit of ${limit * 100} %, ${requests} requests/s`, () => {
      const results = simulate(planOf([errorThreshold(limit)]), traffic(requests, limit / 4, limit), 12);
      assertRare(results, "rolledBack");
      assertRare(results, "promoted");
    });
  }

  it("errors at the floor of a delta", () => {
    const results = simulate(planOf([errorDelta(0.75, 0.003)]), traffic(100, 0.001, 0.003), 13);
    assertRare(results, "rolledBack");
    assertRare(results, "promoted");
  });

  it("mean latency, 10 % more tolerated", () => {
    const slower = { errorRate: 0, latency: { median: 110, sigma: 0.5 } };
    const scenario = traffic(20, { errorRate: 0, latency: { median: 100, sigma: 0.5 } }, slower, { latency: "mean" });
    const results = simulate(planOf([latencyDelta(0.1)]), scenario, 14);
    assertRare(results, "rolledBack");
    assertRare(results, "promoted");
  });

  it("the 99th percentile at a bucket's bound", () => {
    // 1 % of a log-normal with sigma 0.5 exceed the median times exp(0.5 x 2.326).
    const median = 500 / Math.exp(0.5 * 2.3263478740408408);
    const candidate = { errorRate: 0, latency: { median, sigma: 0.5 } };
    const scenario = traffic(20, { errorRate: 0, latency: { median: 100, sigma: 0.5 } }, candidate, {
      latency: "histogram",
    });
    const results = simulate(planOf([p99Threshold(500)]), scenario, 15);
    assertRare(results, "rolledBack");
    assertRare(results, "promoted");
  });
});
