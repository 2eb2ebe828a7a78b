import type { TrafficScenario } from "../../simulation";
import { errorDelta, itIsRare, latencyDelta, planOf, traffic } from "./cells";

const MINUTE = 60_000;
const errors = [errorDelta(0.75, 0.003)];

/** Both versions fail in 0.5 % of 20 requests a second, and something makes that hard to see. */
function hard(title: string, seed: number, effects: Partial<TrafficScenario>): void {
  itIsRare(`hard: ${title}`, ["rolledBack"], () => ({
    plan: planOf(errors),
    scenario: traffic(20, 0.005, 0.005, effects),
    seed,
  }));
}

describe("Monte Carlo: what makes good candidates look bad", function () {
  this.timeout(600_000);

  itIsRare("hard: a minute's warm-up from the first request on, in a plan that allows 90 s", ["rolledBack"], () => ({
    plan: planOf([...errors, latencyDelta(0.1)], { warmupMs: 1.5 * MINUTE }),
    scenario: traffic(20, 0.005, 0.005, {
      warmUp: { seconds: 60, errorRate: 0.05, latencyFactor: 3 },
      latency: "mean",
    }),
    seed: 21,
  }));

  const diurnal = { amplitude: 0.8, periodMs: 30 * MINUTE, errorAmplitude: 0.8 };
  hard("a day in half an hour, for requests and errors", 22, { diurnal });
  hard("counters that go back to zero every four minutes", 23, {
    reset: { version: "candidate", everyMs: 4 * MINUTE },
  });
  hard("a third of the scrapes missing", 24, { missedScrapes: { share: 0.33 } });

  itIsRare("hard: a slow tail in both versions (2 % of the requests x10)", ["rolledBack"], () => {
    const version = { errorRate: 0.005, tail: { share: 0.02, factor: 10 } };
    const scenario = traffic(20, version, version, { latency: "mean" });
    return { plan: planOf([...errors, latencyDelta(0.1)]), scenario, seed: 25 };
  });

  for (const [requests, rate, correlation] of [
    [20, 0.005, 0.01],
    [1000, 0.005, 0.01],
    [100, 0.01, 0.05],
  ] as const) {
    itIsRare(
      `hard: bursts with a correlation of ${correlation}, errors ${rate * 100} %, ${requests} requests/s`,
      ["rolledBack"],
      () => ({
        plan: planOf(errors),
        scenario: traffic(requests, rate, rate, { bursts: { correlation } }),
        seed: 26,
      }),
    );
  }

  itIsRare("hard: users that stay with their version for a minute, and fail unequally", ["rolledBack"], () => ({
    plan: planOf(errors),
    scenario: traffic(5, 0.01, 0.01, { sessions: { meanRequests: 10, meanSeconds: 60, errorHeterogeneity: 0.1 } }),
    seed: 27,
  }));
});
