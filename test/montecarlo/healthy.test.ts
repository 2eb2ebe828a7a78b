import { errorDelta, itIsRare, latencyDelta, planOf, traffic } from "./cells";

const CELLS: readonly (readonly [rate: number, requests: number])[] = [
  [0.001, 1],
  [0.001, 1000],
  [0.01, 20],
  [0.05, 1000],
  [0.2, 1],
  [0.2, 1000],
];

describe("Monte Carlo: a candidate as good as the baseline is rarely rolled back", function () {
  this.timeout(600_000);
  for (const [rate, requests] of CELLS) {
    itIsRare(`as good: errors ${rate * 100} %, ${requests} requests/s, delta 0.25`, ["rolledBack"], () => ({
      plan: planOf([errorDelta(0.25)]),
      scenario: traffic(requests, rate),
      seed: 1,
    }));
  }

  itIsRare("as good: errors 0.5 % and mean latency, 20 requests/s", ["rolledBack"], () => ({
    plan: planOf([errorDelta(0.75, 0.003), latencyDelta(0.1)]),
    scenario: traffic(20, 0.005, 0.005, { latency: "mean" }),
    seed: 2,
  }));
});
