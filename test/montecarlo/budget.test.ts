import assert from "node:assert/strict";
import { errorDelta, planOf, RELEASES, simulate, traffic } from "./cells";

const BUDGET = 200;

describe("Monte Carlo: the budget of failed requests holds, from catastrophes to mild regressions", function () {
  this.timeout(600_000);
  const plan = planOf([errorDelta(0.75, 0.003)], { budget: { failedRequests: BUDGET, metric: "iter8_error_rate" } });
  for (const requests of [20, 100, 1000]) {
    for (const [usual, candidate] of [
      [0.001, 1],
      [0.001, 0.1],
      [0.005, 0.02],
      [0.005, 0.01],
      [0.02, 0.024],
    ] as const) {
      it(`${requests} requests/s, errors ${usual * 100} % -> ${candidate * 100} %`, () => {
        // Ten thousand in all.
        const results = simulate(plan, traffic(requests, usual, candidate), 31, Math.ceil(RELEASES / 15));
        const mean = results.reduce((sum, { excessFailures }) => sum + excessFailures, 0) / results.length;
        // One scrape's worth: what the largest share of a scrape's requests may add before anybody sees it.
        const scrape = requests * 15 * (plan.traffic.maxWeight / 100) * (candidate - usual);
        assert.ok(mean <= BUDGET + scrape, `${mean.toFixed(1)} failed requests`);
      });
    }
  }
});
