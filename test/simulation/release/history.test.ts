import assert from "node:assert/strict";
import { historyOf } from "../../../simulation/release/history";
import { METRICS } from "../../../simulation/release/metrics";
import { NO_COUNTERS } from "../../../simulation/release/increase";
import type { Scrape } from "../../../simulation/traffic/stream";
import { criterion, ERRORS, LATENCY, plan } from "../builders";

function scrape(at: number, requests: number): Scrape {
  const baseline = { requests, errors: requests / 10, durationSum: requests * 100, buckets: [] };
  return { at, baseline, candidate: NO_COUNTERS };
}

const requestsOf = (scrapes: readonly Scrape[], intervalMs: number) =>
  historyOf(plan({ traffic: { intervalMs } }), scrapes, METRICS)[0]?.windows.map(({ requests }) => requests);

describe("simulation: history", () => {
  const scrapes = [-60, -45, -30, -15, 0].map((second, i) => scrape(1000 * second, 10 * i));

  it("has windows as long as the plan's interval, up to the beginning", () => {
    assert.deepEqual(requestsOf(scrapes, 15_000), [10, 10, 10, 10]);
    assert.deepEqual(requestsOf(scrapes, 30_000), [20, 20]);
    assert.deepEqual(requestsOf(scrapes.slice(1), 30_000), [20]);
  });

  it("has the counts that each criterion is made of, and those of the beginning", () => {
    const criteria = [ERRORS, LATENCY, criterion("iter8_error_count", { toleranceType: "threshold" })];
    const [errors, latency, counter] = historyOf(plan({ criteria }), scrapes, METRICS);
    assert.deepEqual(errors?.windows[0], { requests: 10, events: 1, sum: 0 });
    assert.deepEqual(latency?.windows[0], { requests: 10, events: 0, sum: 1000 });
    assert.deepEqual(errors.counts?.baseline, { requests: 40, events: 4, sum: 0 });
    assert.deepEqual([errors.windowMs, errors.counts?.at, counter], [15_000, 0, undefined]);
  });

  it("leaves out what a restart hides, and bridges a missed scrape", () => {
    const reset = [scrape(-45_000, 100), scrape(-30_000, 110), scrape(-15_000, 5), scrape(0, 15)];
    assert.deepEqual(requestsOf(reset, 15_000), [10, 10]);
    assert.deepEqual(requestsOf([scrapes[0], scrapes[1], scrapes[3], scrapes[4]] as Scrape[], 15_000), [10, 20, 10]);
  });

  it("is not known without scrapes", () => {
    assert.deepEqual(historyOf(plan(), [], METRICS), [undefined, undefined]);
  });
});
