import assert from "node:assert/strict";
import { STRATEGIES } from "../../../engine";
import { releaseSeed, simulateMany } from "../../../simulation/release/many";
import { simulateRelease, traceRelease } from "../../../simulation/release/simulate";
import { spreadOf } from "../../../simulation/release/spread";
import { criterion, ERRORS, plan, traffic } from "../builders";

const BROKEN = traffic({ candidate: { errorRate: 0.1 } });

describe("simulation: releases", () => {
  it("rolls a broken candidate back at once, and promotes a good one", () => {
    const broken = simulateMany(plan(), BROKEN, 40, 1);
    assert.equal(broken.verdicts.rolledBack.share, 1);
    assert.ok((broken.seconds?.median ?? Infinity) <= 120, JSON.stringify(broken.seconds));
    assert.ok(broken.excessFailures > 0.5 && broken.excessFailures < 60, `${broken.excessFailures}`);
    const good = simulateMany(plan(), traffic(), 40, 1);
    assert.ok(good.verdicts.promoted.count >= 36, JSON.stringify(good.verdicts.promoted));
    assert.equal(good.excessFailures, 0);
  });

  it("sees latency, by its mean and by a percentile", () => {
    const slow = traffic({ candidate: { errorRate: 0.001, latency: { median: 150, sigma: 0.5 } } });
    assert.equal(simulateRelease(plan(), slow, 2).verdict, "rolledBack");
    const tail = { errorRate: 0.001, tail: { share: 0.05, factor: 10 } };
    const p99 = plan({ criteria: [criterion("iter8_99_perc_latency")] });
    const seen = simulateRelease(p99, traffic({ latency: "histogram", candidate: tail }), 2);
    assert.equal(seen.verdict, "rolledBack");
    assert.match(seen.reason, /^iter8_99_perc_latency of the candidate is [\d.,]+ ms, over/);
  });

  it("tells when it ended, and what the candidate cost until then", () => {
    const result = simulateRelease(plan(), BROKEN, 3);
    assert.equal(result.seconds % 15, 0);
    assert.ok(result.candidateErrors > 0 && result.candidateErrors < result.candidateRequests);
    assert.ok(Math.abs(result.excessFailures - 0.099 * result.candidateRequests) < 1e-6);
    assert.equal(result.promotedAt, undefined);
    const good = simulateRelease(plan(), traffic(), 3);
    assert.deepEqual([good.verdict, good.promotedAt], ["promoted", good.seconds]);
  });

  it("repeats itself for the same seed, traced or not", () => {
    const { looks, plan: traced, ...result } = traceRelease(plan(), traffic(), 4);
    assert.deepEqual(result, simulateRelease(plan(), traffic(), 4));
    assert.equal(traced.traffic.intervalMs, 15_000);
    assert.equal(looks.length, result.seconds / 15);
    const many = simulateMany(plan(), traffic(), 3, 9);
    const one = simulateRelease(plan(), traffic(), releaseSeed(9, 0));
    assert.deepEqual(simulateMany(plan(), traffic(), 3, 9), many);
    assert.equal(simulateMany(plan(), traffic(), 1, 9).seconds?.median, one.seconds);
  });

  it("knows every strategy, in point mode too", () => {
    for (const strategy of STRATEGIES) {
      const criteria = [
        criterion("iter8_error_rate", { toleranceType: "threshold", tolerance: 0.05, direction: "lower" }),
      ];
      const point = plan({ criteria, traffic: { strategy, maxIterations: 10 }, analysis: { mode: "point" } });
      const { verdict, seconds } = simulateRelease(point, traffic(), 5);
      assert.ok(["promoted", "inconclusive", "rolledBack"].includes(verdict));
      assert.equal(seconds, 150, strategy);
    }
  });

  it("judges a counter against its threshold", () => {
    const criteria = [ERRORS, criterion("iter8_error_count", { toleranceType: "threshold", tolerance: 5 })];
    const { verdict, reason } = simulateRelease(plan({ criteria, analysis: { mode: "point" } }), BROKEN, 6);
    assert.equal(verdict, "rolledBack");
    assert.match(reason, /iter8_error_count of the candidate is/);
  });

  it("outlasts restarts and missed scrapes, and gives up when there are none at all", () => {
    const troubled = traffic({
      reset: { version: "baseline", everyMs: 70_000 },
      missedScrapes: { share: 0.3 },
      historyMs: 0,
    });
    assert.equal(simulateRelease(plan(), troubled, 7).verdict, "promoted");
    const blind = simulateRelease(plan(), traffic({ missedScrapes: { share: 1 } }), 7);
    assert.equal(blind.verdict, "inconclusive");
    assert.match(blind.reason, /No usable metrics for 5m/);
  });

  it("looks as often as the plan says, whatever the scrapes", () => {
    const rarely = traceRelease(plan({ traffic: { intervalMs: 60_000 } }), traffic(), 8);
    assert.deepEqual(
      rarely.looks.slice(0, 2).map(({ seconds }) => seconds),
      [60, 120],
    );
    const odd = traceRelease(plan({ traffic: { intervalMs: 20_000 } }), traffic({ scrapeMs: 7_000 }), 8);
    assert.equal(odd.verdict, "promoted");
  });

  it("refuses a metric that it does not simulate", () => {
    const criteria = [criterion("latency_of_mars")];
    assert.throws(
      () => simulateRelease(plan({ criteria }), traffic(), 1),
      /'latency_of_mars' is not simulated; it must be one of iter8_/,
    );
  });

  it("tells its progress, and counts every release once", () => {
    const told: number[] = [];
    const { verdicts, releases } = simulateMany(plan(), BROKEN, 5, 1, { onProgress: (done) => told.push(done) });
    assert.deepEqual(told, [1, 2, 3, 4, 5]);
    assert.equal(
      Object.values(verdicts).reduce((sum, { count }) => sum + count, 0),
      releases,
    );
    assert.equal(verdicts.promoted.seconds, undefined);
  });

  it("summarises by quantiles", () => {
    assert.deepEqual(spreadOf([4, 1, 3, 2, 5]), { p10: 1.4, median: 3, p90: 4.6 });
    assert.deepEqual([spreadOf([]), spreadOf([7])], [undefined, { p10: 7, median: 7, p90: 7 }]);
  });
});
