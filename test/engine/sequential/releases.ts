import fc from "fast-check";
import {
  initialState,
  step,
  type MetricCounts,
  type MetricHistory,
  type MetricValues,
  type Observation,
  type Plan,
  type ReleaseState,
  type SuccessCriterion,
  type Totals,
} from "../../../engine";
import { criterion, plan, READY } from "../builders";

export const BOUNDS = [100, 250, 500];

/** One of each kind of test. */
export const CRITERIA: readonly SuccessCriterion[] = [
  criterion({ metric: "errors", toleranceType: "delta", tolerance: 0.75, floor: 0.01 }),
  criterion({ metric: "p90", toleranceType: "threshold", tolerance: 300 }),
  criterion({ metric: "latency", toleranceType: "delta", tolerance: 0.1 }),
  criterion({ metric: "success", toleranceType: "threshold", tolerance: 0.9, direction: "higher" }),
];

const KINDS: Readonly<Record<string, MetricCounts["kind"]>> = {
  errors: "ratio",
  p90: "percentile",
  latency: "mean",
  success: "ratio",
};

export const guarded: Plan = plan({
  criteria: CRITERIA,
  analysis: { mode: "sequential", alpha: 0.05, beta: 0.05, warmupMs: 0 },
  traffic: {
    strategy: "guarded",
    step: 10,
    maxWeight: 50,
    maxIterations: 40,
    budget: { failedRequests: 50, metric: "errors" },
  },
});

/** What a version was asked in one interval. */
export interface Batch {
  readonly requests: number;
  readonly failed: number;
  readonly slow: number;
  readonly sum: number;
}

export interface Interval {
  readonly baseline: Batch;
  readonly candidate: Batch;
  /** What goes wrong with the sample, if anything. */
  readonly trouble: "none" | "missing" | "duplicate" | "late" | "restart" | "nan" | "unavailable";
}

const batchArb: fc.Arbitrary<Batch> = fc
  .record({
    requests: fc.integer({ min: 0, max: 400 }),
    failing: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    ),
    slow: fc.double({ min: 0, max: 0.3, noNaN: true }),
    mean: fc.double({ min: 1, max: 300, noNaN: true }),
  })
  .map(({ requests, failing, slow, mean }) => ({
    requests,
    failed: Math.round(requests * failing * failing),
    slow: Math.round(requests * slow),
    sum: requests * mean,
  }));

export const intervalsArb: fc.Arbitrary<Interval[]> = fc.array(
  fc.record({
    baseline: batchArb,
    candidate: batchArb,
    trouble: fc.oneof(
      { weight: 12, arbitrary: fc.constant("none" as const) },
      {
        weight: 3,
        arbitrary: fc.constantFrom<Interval["trouble"]>(
          "missing",
          "duplicate",
          "late",
          "restart",
          "nan",
          "unavailable",
        ),
      },
    ),
  }),
  { minLength: 1, maxLength: 40 },
);

const NOTHING: Batch = { requests: 0, failed: 0, slow: 0, sum: 0 };
const sum = (a: Batch, b: Batch): Batch => ({
  requests: a.requests + b.requests,
  failed: a.failed + b.failed,
  slow: a.slow + b.slow,
  sum: a.sum + b.sum,
});

export function totalsOf(kind: string, { requests, failed, slow, sum: values }: Batch): Totals {
  if (kind === "latency") return { requests, events: 0, sum: values };
  if (kind === "p90") {
    const fast = requests - slow;
    return {
      requests,
      events: 0,
      sum: 0,
      buckets: [Math.floor(fast / 2), fast, Math.min(requests, fast + Math.floor(slow / 2))],
    };
  }
  return { requests, events: kind === "errors" ? failed : requests - failed, sum: 0 };
}

export function countsOf(metric: string, at: number, baseline: Batch, candidate: Batch): MetricCounts {
  const kind = KINDS[metric] ?? "ratio";
  return {
    kind,
    at,
    ...(kind === "percentile" ? { quantile: 0.9, bounds: BOUNDS } : {}),
    baseline: totalsOf(metric, baseline),
    candidate: totalsOf(metric, candidate),
  };
}

function observe(at: number, baseline: Batch, candidate: Batch): Observation {
  const metrics = CRITERIA.map(({ metric }): MetricValues => {
    const value = { value: null, sampleSize: 0 };
    return {
      metric,
      isCounter: false,
      unit: "",
      baseline: value,
      candidate: value,
      counts: countsOf(metric, at, baseline, candidate),
    };
  });
  return { kind: "values", metrics };
}

/** The observation of each interval's end, with what goes wrong. */
export function observations(intervals: readonly Interval[], intervalMs: number): Observation[] {
  let [baseline, candidate] = [NOTHING, NOTHING];
  let previous = observe(0, NOTHING, NOTHING);
  return intervals.map((interval, i) => {
    const at = (i + 1) * intervalMs;
    baseline = interval.trouble === "restart" ? interval.baseline : sum(baseline, interval.baseline);
    candidate = sum(candidate, interval.candidate);
    const now = observe(at, baseline, candidate);
    const seen = troubled(interval.trouble, now, previous, at);
    if (interval.trouble === "none" || interval.trouble === "restart") previous = now;
    return seen;
  });
}

function troubled(trouble: Interval["trouble"], now: Observation, previous: Observation, at: number): Observation {
  if (trouble === "unavailable") return { kind: "unavailable", fault: "timeout", detail: "No answer." };
  if (trouble === "duplicate" || trouble === "late") return previous;
  if (now.kind !== "values") return now;
  if (trouble === "missing") return { ...now, metrics: now.metrics.map((m) => ({ ...m, counts: undefined })) };
  if (trouble === "nan") {
    const nan = { requests: NaN, events: 0, sum: NaN };
    return {
      ...now,
      metrics: now.metrics.map((m) => ({ ...m, counts: m.counts && { ...m.counts, at, candidate: nan } })),
    };
  }
  return now;
}

export const HISTORY: readonly MetricHistory[] = CRITERIA.map(({ metric }) => {
  const batch = (i: number): Batch => ({ requests: 200, failed: i % 3, slow: 10 + (i % 5), sum: 200 * (50 + (i % 4)) });
  const { kind, quantile, bounds, baseline } = countsOf(metric, 0, NOTHING, NOTHING);
  return {
    metric,
    kind,
    quantile,
    bounds,
    windowMs: 10_000,
    windows: Array.from({ length: 60 }, (_, i) => totalsOf(metric, batch(i))),
    counts: { ...countsOf(metric, 0, NOTHING, NOTHING), baseline },
  };
});

/** Runs a release through its observations; keep is what becomes of the state between two steps. */
export function run(
  of: Plan,
  seen: readonly Observation[],
  keep: (state: ReleaseState) => ReleaseState = (s) => s,
  repeat = 1,
): ReleaseState[] {
  const states: ReleaseState[] = [];
  let state = keep(step(of, initialState(0), { now: 0, targets: READY, history: HISTORY }).state);
  for (const [i, observation] of seen.entries()) {
    const input = { now: (i + 1) * of.traffic.intervalMs, targets: READY, observation };
    const before = state;
    for (let again = 0; again < repeat; again++) state = keep(step(of, before, input).state);
    states.push(state);
  }
  return states;
}
