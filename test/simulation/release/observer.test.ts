import assert from "node:assert/strict";
import { NO_COUNTERS } from "../../../simulation/release/increase";
import { METRICS } from "../../../simulation/release/metrics";
import { Observer } from "../../../simulation/release/observer";
import { traceRelease } from "../../../simulation/release/simulate";
import type { Scrape } from "../../../simulation/traffic/stream";
import { criterion, ERRORS, LATENCY, plan, traffic } from "../builders";

function scrape(at: number, requests: number, errors = 0): Scrape {
  const counters = { requests, errors, durationSum: 100 * requests, buckets: [] };
  return { at, baseline: counters, candidate: counters };
}

const COUNT = criterion("iter8_error_count", { toleranceType: "threshold", tolerance: 5 });
const start = scrape(0, 1000, 10);
const observer = () => new Observer(plan({ criteria: [ERRORS, LATENCY, COUNT] }), METRICS, start);

describe("simulation: what can be seen of a release", () => {
  it("is counted from its beginning, and given as the source counts it too", () => {
    const observation = observer().look(15_000, scrape(15_000, 1100, 12));
    assert.ok(observation.kind === "values");
    const [errors, latency, count] = observation.metrics;
    assert.deepEqual(errors?.candidate, { value: 0.02, sampleSize: 100 });
    assert.deepEqual(errors.counts?.candidate, { requests: 1100, events: 12, sum: 0 });
    assert.deepEqual(latency?.candidate, { value: 100, sampleSize: 100 });
    assert.deepEqual([count?.isCounter, count?.candidate.value, count?.counts], [true, 2, undefined]);
  });

  it("adds up, and goes on from 0 after a restart", () => {
    const seen = observer();
    seen.look(15_000, scrape(15_000, 1100));
    seen.look(30_000, scrape(30_000, 40));
    assert.equal(seen.window.candidate.requests, 40);
    assert.equal(seen.total.candidate.requests, 140);
  });

  it("is nothing new where no scrape came in between", () => {
    const seen = observer();
    const same = scrape(15_000, 1100);
    seen.look(15_000, same);
    seen.look(30_000, same);
    assert.deepEqual(seen.window.candidate, NO_COUNTERS);
    assert.equal(seen.total.candidate.requests, 100);
  });

  it("is unusable when it is too old, or when there is none", () => {
    const seen = observer();
    assert.equal(seen.look(120_000, start).kind, "values");
    assert.equal(seen.look(120_001, start).kind, "unavailable");
    assert.equal(new Observer(plan(), METRICS, undefined).look(1, undefined).kind, "unavailable");
  });

  it("is the newest scrape that was not missed", () => {
    const { looks, seconds } = traceRelease(
      plan({ traffic: { intervalMs: 60_000 } }),
      traffic({ missedScrapes: { share: 0.5 } }),
      1,
    );
    assert.equal(looks.length, seconds / 60);
    assert.ok(looks.every(({ criteria }) => criteria.every(({ candidate }) => candidate.total !== null)));
  });
});
