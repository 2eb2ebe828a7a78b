import assert from "node:assert/strict";
import { rhythmBetween } from "../../../simulation/traffic/rhythm";
import { nextReset } from "../../../simulation/traffic/resets";
import type { TrafficScenario } from "../../../simulation/traffic/scenario";
import { createStream } from "../../../simulation/traffic/stream";
import { isNear, momentsOf, times } from "../statistics";

const SCRAPE = 15_000;
const PLAIN: TrafficScenario = {
  requestsPerSecond: 40,
  historyMs: 0,
  latency: "none",
  baseline: { errorRate: 0.02 },
  candidate: { errorRate: 0.02 },
};

/** The candidate's requests and errors in each scrape interval. */
function candidateWindows(scenario: TrafficScenario, seed: number, count: number, weight: number) {
  const stream = createStream(scenario, seed);
  let before = stream.harm;
  return times(count, () => {
    stream.advance(SCRAPE, weight);
    const [from, to] = [before, stream.harm];
    before = to;
    return {
      requests: to.candidateRequests - from.candidateRequests,
      errors: to.candidateErrors - from.candidateErrors,
    };
  });
}

describe("simulation: effects", () => {
  it("bursts spread the errors as a beta-binomial does", () => {
    const errors = (scenario: TrafficScenario) =>
      momentsOf(candidateWindows(scenario, 1, 6000, 50).map((w) => w.errors));
    const [plain, bursty] = [errors(PLAIN), errors({ ...PLAIN, bursts: { correlation: 0.05 } })];
    // Given n requests: n p (1 - p) (1 + (n - 1) rho); n is Poisson with mean 300.
    const [n, p, rho] = [300, 0.02, 0.05];
    const spread = n * p * p + p * (1 - p) * (n + n * n * rho);
    assert.ok(isNear(plain.mean, 6, 3) && isNear(bursty.mean, 6, 5), `${plain.mean} ${bursty.mean}`);
    assert.ok(isNear(plain.variance, 6, 6), `${plain.variance}`);
    assert.ok(isNear(bursty.variance, spread, 12), `${bursty.variance} instead of ${spread}`);
  });

  it("a warm-up begins with the candidate's first request and lasts as long as it is to", () => {
    const scenario = { ...PLAIN, warmUp: { seconds: 60, errorRate: 1 } };
    const seen = times(40, (seed) => {
      const stream = createStream(scenario, seed);
      stream.advance(10 * SCRAPE, 0);
      return times(8, () => {
        const before = stream.harm;
        stream.advance(SCRAPE, 25);
        return (
          (stream.harm.candidateErrors - before.candidateErrors) /
          (stream.harm.candidateRequests - before.candidateRequests)
        );
      });
    });
    const rate = (place: number) => momentsOf(seen.map((windows) => windows[place] as number)).mean;
    assert.deepEqual([1, 2, 3].map(rate), [1, 1, 1]);
    assert.ok(rate(0) === 1 && rate(4) < 0.1 && isNear(rate(6), 0.02, 60), `${rate(4)} ${rate(6)}`);
  });

  it("a warm-up makes the candidate slower meanwhile", () => {
    const slow = { ...PLAIN, latency: "mean", warmUp: { seconds: 30, latencyFactor: 4 } } as const;
    const stream = createStream(slow, 3);
    const mean = () => {
      const before = stream.scrape();
      stream.advance(20 * SCRAPE, 50);
      const after = stream.scrape();
      assert.ok(before && after);
      return (
        (after.candidate.durationSum - before.candidate.durationSum) /
        (after.candidate.requests - before.candidate.requests)
      );
    };
    const usual = 100 * Math.exp(0.125);
    // 30 of 300 seconds at four times the usual latency.
    assert.ok(isNear(mean(), 1.3 * usual, 4));
    assert.ok(isNear(mean(), usual, 3));
  });

  it("restarts take the counters back to 0, after the scrape of that moment", () => {
    const stream = createStream({ ...PLAIN, reset: { version: "baseline", everyMs: 60_000, atMs: [20_000] } }, 4);
    const baseline = times(9, () => (stream.advance(SCRAPE, 50), stream.scrape()?.baseline.requests ?? NaN));
    const fell = baseline.flatMap((count, i) => (i > 0 && count < (baseline[i - 1] as number) ? [(i + 1) * 15] : []));
    assert.deepEqual(fell, [30, 75, 135]);
    assert.deepEqual([nextReset(undefined, 0), nextReset({ version: "candidate", everyMs: 10 }, -10)], [Infinity, 10]);
  });

  it("misses as many scrapes as it is to, also before the release", () => {
    const stream = createStream({ ...PLAIN, historyMs: 1000 * SCRAPE, missedScrapes: { share: 0.3 } }, 5);
    assert.ok(isNear(stream.history.length, 700, 8), `${stream.history.length}`);
    const seen = times(1000, () => (stream.advance(SCRAPE, 50), stream.scrape()));
    assert.ok(isNear(seen.filter((scrape) => scrape === undefined).length, 300, 15));
  });

  it("follows the daily rhythm", () => {
    const diurnal = { amplitude: 0.5, periodMs: 40 * SCRAPE, errorAmplitude: 1 };
    const windows = times(30, (seed) => candidateWindows({ ...PLAIN, diurnal }, seed, 40, 50));
    const mean = (part: "requests" | "errors", from: number) =>
      momentsOf(windows.flatMap((w) => w.slice(from, from + 20).map((window) => window[part]))).mean;
    // A half wave has a mean of 2 / pi.
    assert.ok(isNear(mean("requests", 0), 300 * (1 + 1 / Math.PI), 2));
    assert.ok(isNear(mean("requests", 20), 300 * (1 - 1 / Math.PI), 2));
    assert.ok(mean("errors", 0) > 4 * mean("errors", 20));
    assert.deepEqual(rhythmBetween(0, 1, undefined), { requests: 1, errors: 1 });
  });

  describe("sessions", () => {
    const sessions = { meanRequests: 10, meanSeconds: 60 };

    it("keep the request rate, and what they share makes counts vary more", () => {
      const seen = momentsOf(
        candidateWindows({ ...PLAIN, sessions }, 6, 1500, 50)
          .slice(30)
          .map((w) => w.requests),
      );
      assert.ok(isNear(seen.mean, 300, 3), `${seen.mean}`);
      assert.ok(seen.variance > 1.5 * 300, `${seen.variance}`);
    });

    it("come to the candidate only bit by bit, and leave it so", () => {
      const stream = createStream({ ...PLAIN, sessions: { meanRequests: 20, meanSeconds: 300 } }, 7);
      const served = (weight: number) => {
        const before = stream.harm.candidateRequests;
        stream.advance(SCRAPE, weight);
        return stream.harm.candidateRequests - before;
      };
      assert.ok(served(50) < 30);
      times(100, () => served(50));
      assert.ok(served(0) > 200);
      times(200, () => served(0));
      assert.equal(served(0), 0);
    });

    it("fail by user, where users differ", () => {
      const spread = (errorHeterogeneity: number) =>
        momentsOf(
          candidateWindows({ ...PLAIN, sessions: { ...sessions, errorHeterogeneity } }, 8, 1500, 50).map(
            (w) => w.errors,
          ),
        );
      const [alike, unlike] = [spread(0), spread(0.3)];
      assert.ok(isNear(alike.mean, 6, 5) && isNear(unlike.mean, 6, 10), `${alike.mean} ${unlike.mean}`);
      assert.ok(unlike.variance > 1.5 * alike.variance, `${unlike.variance} ${alike.variance}`);
    });
  });
});
