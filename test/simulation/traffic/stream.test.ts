import assert from "node:assert/strict";
import fc from "fast-check";
import type { TrafficScenario } from "../../../simulation/traffic/scenario";
import { createStream, type Scrape, type TrafficStream } from "../../../simulation/traffic/stream";
import { isNear, momentsOf, times } from "../statistics";

const SCRAPE = 15_000;
const PLAIN: TrafficScenario = {
  requestsPerSecond: 100,
  historyMs: 0,
  latency: "none",
  baseline: { errorRate: 0.01 },
  candidate: { errorRate: 0.03 },
};

/** What each of so many scrape intervals added. */
function windows(stream: TrafficStream, count: number, weight: number) {
  let before = stream.scrape();
  return times(count, () => {
    stream.advance(SCRAPE, weight);
    const [from, to] = [before, stream.scrape()];
    before = to;
    assert.ok(from && to);
    const added = (version: "baseline" | "candidate") => ({
      requests: to[version].requests - from[version].requests,
      errors: to[version].errors - from[version].errors,
    });
    return { baseline: added("baseline"), candidate: added("candidate") };
  });
}

describe("simulation: stream of traffic", () => {
  it("shares Poisson arrivals by weight, and lets each version fail at its own rate", () => {
    const seen = windows(createStream(PLAIN, 1), 2000, 20);
    const candidate = momentsOf(seen.map((w) => w.candidate.requests));
    const baseline = momentsOf(seen.map((w) => w.baseline.requests));
    assert.ok(isNear(candidate.mean, 300, 1) && isNear(candidate.variance, 300, 10), JSON.stringify(candidate));
    assert.ok(isNear(baseline.mean, 1200, 1) && isNear(baseline.variance, 1200, 10), JSON.stringify(baseline));
    assert.ok(isNear(momentsOf(seen.map((w) => w.candidate.errors)).mean, 9, 3));
    assert.ok(isNear(momentsOf(seen.map((w) => w.baseline.errors)).mean, 12, 3));
  });

  it("counts the harm, and its expectation", () => {
    const stream = createStream(PLAIN, 2);
    windows(stream, 400, 50);
    const { candidateRequests, candidateErrors, excessFailures } = stream.harm;
    const last = stream.scrape();
    assert.deepEqual([candidateRequests, candidateErrors], [last?.candidate.requests, last?.candidate.errors]);
    assert.ok(isNear(excessFailures, 0.02 * candidateRequests, 1e-6));
  });

  it("repeats itself for the same scenario and seed, and only then", () => {
    const scenario: TrafficScenario = {
      ...PLAIN,
      historyMs: 150_000,
      latency: "histogram",
      warmUp: { seconds: 40, latencyFactor: 2 },
      bursts: { correlation: 0.01 },
      missedScrapes: { share: 0.1 },
    };
    const scrapes = (seed: number) => {
      const stream = createStream(scenario, seed);
      return [...stream.history, ...times(20, () => (stream.advance(SCRAPE, 10), stream.scrape()))];
    };
    assert.deepEqual(scrapes(3), scrapes(3));
    assert.notDeepEqual(scrapes(3), scrapes(4));
  });

  it("has the newest scrape only, however it is advanced", () => {
    const stream = createStream(PLAIN, 5);
    assert.equal(stream.scrape()?.at, 0);
    stream.advance(14_999, 10);
    assert.equal(stream.scrape()?.at, 0);
    stream.advance(1, 10);
    assert.equal(stream.scrape()?.at, 15_000);
    stream.advance(40_000, 10);
    assert.equal(stream.scrape()?.at, 45_000);
  });

  it("knows the baseline's past, up to the release's beginning", () => {
    const stream = createStream({ ...PLAIN, historyMs: 60_000 }, 6);
    assert.deepEqual(
      stream.history.map(({ at }) => at),
      [-60_000, -45_000, -30_000, -15_000],
    );
    const all = [...stream.history, stream.scrape() as Scrape];
    assert.ok(all.every(({ candidate }) => candidate.requests === 0));
    assert.ok(all.slice(1).every(({ baseline }, i) => baseline.requests > (all[i] as Scrape).baseline.requests));
    assert.deepEqual(createStream(PLAIN, 6).history, []);
  });

  it("only ever adds up", () => {
    const actions = fc.array(fc.tuple(fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 0, max: 100 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.integer(), actions, (seed, steps) => {
        const stream = createStream(
          { ...PLAIN, requestsPerSecond: 3, latency: "histogram", warmUp: { seconds: 7 } },
          seed,
        );
        let before = stream.scrape() as Scrape;
        for (const [ms, weight] of steps) {
          stream.advance(ms, weight);
          const now = stream.scrape() as Scrape;
          for (const version of ["baseline", "candidate"] as const) {
            const { requests, errors, durationSum, buckets } = now[version];
            assert.ok(requests >= before[version].requests && errors <= requests);
            assert.ok(durationSum >= before[version].durationSum);
            const rising = [0, ...buckets, requests];
            assert.ok(rising.every((count, i) => i === 0 || count >= (rising[i - 1] as number)));
          }
          before = now;
        }
      }),
      { numRuns: 60 },
    );
  });
});
