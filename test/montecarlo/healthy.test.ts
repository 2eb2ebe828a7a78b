import { assertRare, errorDelta, latencyDelta, planOf, simulate, traffic } from "./cells";

const RATES = [0.001, 0.01, 0.05, 0.2];
const REQUESTS = [1, 20, 1000];

describe("Monte Carlo: a candidate as good as the baseline is rarely rolled back", function () {
  this.timeout(600_000);
  for (const rate of RATES) {
    for (const requests of REQUESTS) {
      it(`errors ${rate * 100} %, ${requests} requests/s, a quarter more tolerated`, () => {
        assertRare(simulate(planOf([errorDelta(0.25)]), traffic(requests, rate), 1), "rolledBack");
      });
    }
  }

  it("errors and mean latency together", () => {
    const plan = planOf([errorDelta(0.75, 0.003), latencyDelta(0.1)]);
    assertRare(simulate(plan, traffic(20, 0.005, 0.005, { latency: "mean" }), 2), "rolledBack");
  });
});
