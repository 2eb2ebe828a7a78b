import assert from "node:assert/strict";
import { histogramQuantile } from "../../../simulation/release/metrics";
import { BOUNDS } from "../../../simulation/traffic/bounds";
import { latencyTable } from "../../../simulation/traffic/latencyTable";
import type { TrafficScenario, VersionTraffic } from "../../../simulation/traffic/scenario";
import { createStream } from "../../../simulation/traffic/stream";
import { isNear, momentsOf, times } from "../statistics";

const VERSION: VersionTraffic = {
  errorRate: 0,
  latency: { median: 100, sigma: 0.5 },
  tail: { share: 0.02, factor: 10 },
};
const MEAN = (0.98 * 100 + 0.02 * 1000) * Math.exp(0.125);

function baselineAfter(
  requestsPerSecond: number,
  scrapes: number,
  latency: TrafficScenario["latency"],
  version = VERSION,
) {
  const stream = createStream({ requestsPerSecond, historyMs: 0, latency, baseline: version, candidate: version }, 11);
  stream.advance(scrapes * 15_000, 0);
  const { baseline } = stream.scrape() ?? assert.fail("no scrape");
  return baseline;
}

describe("simulation: latency", () => {
  // 1 a second: each request by itself; 200 a second: all at once.
  for (const [rate, scrapes] of [
    [1, 12_000],
    [200, 60],
  ] as const) {
    it(`has the log-normal's mean and buckets at ${rate} requests a second`, () => {
      const { requests, durationSum, buckets } = baselineAfter(rate, scrapes, "histogram");
      assert.ok(isNear(durationSum / requests, MEAN, 2), `${durationSum / requests}`);
      assert.equal(buckets.length, BOUNDS.length);
      // Half of the usual requests take at most the median, and hardly any of the slow ones.
      const under100 = (buckets[BOUNDS.indexOf(100)] as number) / requests;
      assert.ok(isNear(under100, 0.49, 2), `${under100}`);
      const over500 = 1 - (buckets[BOUNDS.indexOf(500)] as number) / requests;
      assert.ok(isNear(over500, 0.98 * 0.00064 + 0.02 * 0.917, 8), `${over500}`);
    });
  }

  it("varies as a sum of log-normals does, whichever way it is drawn", () => {
    const version = { errorRate: 0, latency: { median: 100, sigma: 0.5 } };
    const { mean, variance } = latencyTable(version, 1);
    assert.ok(isNear(variance, mean * mean * Math.expm1(0.25), 1e-6));
    for (const latency of ["mean", "histogram"] as const) {
      const stream = createStream(
        { requestsPerSecond: 20, historyMs: 0, latency, baseline: version, candidate: version },
        12,
      );
      let before = { requests: 0, durationSum: 0 };
      const standardised = times(4000, () => {
        stream.advance(15_000, 0);
        const { baseline } = stream.scrape() ?? assert.fail("no scrape");
        const [n, sum] = [baseline.requests - before.requests, baseline.durationSum - before.durationSum];
        before = baseline;
        return (sum - n * mean) / Math.sqrt(n * variance);
      });
      const seen = momentsOf(standardised);
      assert.ok(Math.abs(seen.mean) < 0.05 && isNear(seen.variance, 1, 6), `${latency} ${JSON.stringify(seen)}`);
    }
  });

  it("costs nothing where nobody asks for it", () => {
    assert.deepEqual(baselineAfter(10, 10, "none").buckets, []);
    assert.equal(baselineAfter(10, 10, "none").durationSum, 0);
    assert.deepEqual(baselineAfter(10, 10, "mean").buckets, []);
    assert.equal(baselineAfter(10, 10, "mean").requests, baselineAfter(10, 10, "histogram").requests);
  });

  it("without a spread all requests take the median", () => {
    const { requests, durationSum } = baselineAfter(100, 10, "histogram", {
      errorRate: 0,
      latency: { median: 80, sigma: 0 },
    });
    assert.ok(isNear(durationSum, 80 * requests, 1e-6));
  });

  it("is read by Prometheus' interpolation", () => {
    const { requests, buckets } = baselineAfter(500, 200, "histogram", {
      errorRate: 0,
      latency: { median: 100, sigma: 0.5 },
    });
    const p99 = histogramQuantile(0.99, requests, buckets) ?? NaN;
    assert.ok(isNear(p99, 427, 2), `${p99}`);
    assert.equal(histogramQuantile(0.5, 4, [0, 0, 0, 0, 0, 0, 2, 4, 4, 4, 4, 4, 4, 4]), 100);
    assert.equal(
      histogramQuantile(
        0.5,
        4,
        BOUNDS.map(() => 0),
      ),
      30_000,
    );
    assert.equal(
      histogramQuantile(
        0.5,
        0,
        BOUNDS.map(() => 0),
      ),
      null,
    );
  });
});
