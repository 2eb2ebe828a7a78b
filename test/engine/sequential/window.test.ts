import assert from "node:assert/strict";
import type { MetricCounts, Totals } from "../../../engine";
import { advance, type Anchor } from "../../../engine/sequential/window";

const windowSince = (from: Anchor, seen: MetricCounts) => advance(from, seen).window;
const nextAnchor = (from: Anchor, seen: MetricCounts) => advance(from, seen).anchor;

const totals = (requests: number, events = 0, sum = 0): Totals => ({ requests, events, sum });
const counts = (at: number, baseline: Totals, candidate: Totals): MetricCounts => ({
  kind: "ratio",
  at,
  baseline,
  candidate,
});
const anchor = { at: 1000, baseline: totals(100, 10, 50), candidate: totals(20, 2, 8) };

describe("what is new since the last look", () => {
  it("is the difference of the counters", () => {
    assert.deepEqual(windowSince(anchor, counts(4000, totals(190, 13, 95), totals(30, 2, 12))), {
      lengthMs: 3000,
      baseline: { requests: 90, events: 3, sum: 45 },
      candidate: { requests: 10, events: 0, sum: 4 },
    });
  });

  const nothing: Record<string, MetricCounts> = {
    "a sample seen before": counts(1000, totals(190, 13, 95), totals(30, 2, 12)),
    "a late sample": counts(900, totals(190, 13, 95), totals(30, 2, 12)),
    "a baseline that was restarted": counts(4000, totals(90, 0, 45), totals(30, 2, 12)),
    "a candidate that was restarted": counts(4000, totals(190, 13, 95), totals(5, 0, 2)),
    "failures that were forgotten": counts(4000, totals(190, 9, 95), totals(30, 2, 12)),
    "more failures than requests": counts(4000, totals(110, 30, 95), totals(30, 2, 12)),
    "no number": counts(4000, totals(NaN, 13, 95), totals(30, 2, 12)),
    "an infinite sum": counts(4000, totals(190, 13, Infinity), totals(30, 2, 12)),
    "a negative count": counts(4000, totals(190, 13, 95), totals(-1, 0, 0)),
    "no time": counts(NaN, totals(190, 13, 95), totals(30, 2, 12)),
  };
  for (const [name, seen] of Object.entries(nothing)) {
    it(`is nothing with ${name}`, () => assert.equal(windowSince(anchor, seen), undefined));
  }

  it("counts on from a restart", () => {
    const restarted = counts(4000, totals(190, 13, 95), totals(5, 0, 2));
    const from = nextAnchor(anchor, restarted);
    assert.deepEqual(from, { at: 4000, baseline: restarted.baseline, candidate: restarted.candidate, restarted: true });
    // Another caller may still be missing, and would bring all its past with it.
    const next = counts(5000, totals(900, 80, 499), totals(9, 1, 4));
    assert.equal(windowSince(from, next), undefined);
    const after = windowSince(nextAnchor(from, next), counts(6000, totals(910, 80, 504), totals(10, 2, 5)));
    assert.deepEqual([after?.baseline.requests, after?.candidate.events], [10, 1]);
  });

  it("does not take other buckets for the same ones", () => {
    const of = (at: number, bounds: number[], ...buckets: number[]): MetricCounts => {
      const both = { requests: at, events: 0, sum: 0, buckets };
      return { kind: "percentile", at, quantile: 0.9, bounds, baseline: both, candidate: both };
    };
    const from = nextAnchor(of(1, [10, 20], 1, 1), of(100, [10, 20], 50, 80));
    assert.equal(windowSince(from, of(200, [10, 30], 90, 150)), undefined);
    assert.equal(nextAnchor(from, of(200, [10, 30], 90, 150)).restarted, true);
    assert.ok(windowSince(from, of(200, [10, 20], 90, 150)));
    const nothingYet = { ...of(1, []), baseline: totals(0), candidate: totals(0) };
    assert.deepEqual(windowSince(nothingYet, of(9, [10, 20], 5, 7))?.candidate.buckets, [5, 7]);
  });

  it("counts on from where it was after what cannot be used", () => {
    assert.equal(nextAnchor(anchor, counts(4000, totals(NaN), totals(30))), anchor);
    assert.equal(nextAnchor(anchor, counts(1000, totals(190), totals(30))), anchor);
  });
});
