import { assertRare, errorDelta, latencyDelta, planOf, RELEASES, simulate, traffic } from "./cells";

const MINUTE = 60_000;
const errors = [errorDelta(0.75, 0.003)];

describe("Monte Carlo: what makes good candidates look bad", function () {
  this.timeout(600_000);

  it("a candidate that warms up for a minute from its first request on, in a plan that allows for it", () => {
    const scenario = traffic(20, 0.005, 0.005, {
      warmUp: { seconds: 60, errorRate: 0.05, latencyFactor: 3 },
      latency: "mean",
    });
    assertRare(
      simulate(planOf([...errors, latencyDelta(0.1)], { warmupMs: 1.5 * MINUTE }), scenario, 21),
      "rolledBack",
    );
  });

  it("a day in half an hour: requests and errors of both versions rise and fall", () => {
    const diurnal = { amplitude: 0.8, periodMs: 30 * MINUTE, errorAmplitude: 0.8 };
    assertRare(simulate(planOf(errors), traffic(20, 0.005, 0.005, { diurnal }), 22), "rolledBack");
  });

  it("counters that go back to zero every four minutes", () => {
    const reset = { version: "candidate", everyMs: 4 * MINUTE } as const;
    assertRare(simulate(planOf(errors), traffic(20, 0.005, 0.005, { reset }), 23), "rolledBack");
  });

  it("a third of the scrapes missing", () => {
    assertRare(
      simulate(planOf(errors), traffic(20, 0.005, 0.005, { missedScrapes: { share: 0.33 } }), 24),
      "rolledBack",
    );
  });

  it("a slow tail in both versions", () => {
    const version = { errorRate: 0.005, tail: { share: 0.02, factor: 10 } };
    const scenario = traffic(20, version, version, { latency: "mean" });
    assertRare(simulate(planOf([...errors, latencyDelta(0.1)]), scenario, 25), "rolledBack");
  });

  const bursts: readonly (readonly [requests: number, rate: number, correlation: number])[] = [
    [20, 0.005, 0.01],
    [1000, 0.005, 0.01],
    [100, 0.001, 0.02],
    [100, 0.01, 0.05],
    [100, 0.05, 0.1],
  ];
  for (const [requests, rate, correlation] of bursts) {
    it(`bursts: errors ${rate * 100} % with a correlation of ${correlation}, ${requests} requests/s`, () => {
      const scenario = traffic(requests, rate, rate, { bursts: { correlation } });
      assertRare(simulate(planOf(errors), scenario, 26), "rolledBack");
    });
  }

  it("users that stay with their version, and fail unequally", () => {
    // Each session is drawn request by request, so that these are fewer.
    const sessions = { meanRequests: 10, meanSeconds: 60, errorHeterogeneity: 0.1 };
    const scenario = traffic(5, 0.01, 0.01, { sessions });
    assertRare(simulate(planOf(errors), scenario, 27, Math.ceil(RELEASES / 5)), "rolledBack");
  });
});
