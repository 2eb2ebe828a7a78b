import type { MetricCounts, Totals } from "../../engine";
import { BOUNDS } from "../traffic/bounds";
import type { LatencyDetail } from "../traffic/scenario";
import type { VersionCounters } from "../traffic/stream";

/** How a metric is had from the counters of a version. */
export interface SimulatedMetric {
  /** `counter`: the number of events, which has no counts for an analysis that counts. */
  readonly kind: MetricCounts["kind"] | "counter";
  /** Unit of the value, or empty. */
  readonly unit: string;
  /** Share of requests at or under the value, between 0 and 1; only for a percentile. */
  readonly quantile?: number;
  /** How much of the latency has to be simulated for it. */
  readonly latency: LatencyDetail;
  /** Value of a version without requests; null: none. */
  readonly absentValue: number | null;
}

/** Metrics by the name that criteria call them. */
export type MetricTable = Readonly<Record<string, SimulatedMetric>>;

/** Serin's built-in metrics. */
export const METRICS: MetricTable = {
  iter8_error_rate: { kind: "ratio", unit: "", latency: "none", absentValue: 0 },
  iter8_error_count: { kind: "counter", unit: "", latency: "none", absentValue: 0 },
  iter8_latency: { kind: "mean", unit: "ms", latency: "mean", absentValue: null },
  iter8_90_perc_latency: { kind: "percentile", quantile: 0.9, unit: "ms", latency: "histogram", absentValue: null },
  iter8_99_perc_latency: { kind: "percentile", quantile: 0.99, unit: "ms", latency: "histogram", absentValue: null },
};

/** @throws Error if there is no such metric */
export function metricNamed(metrics: MetricTable, name: string): SimulatedMetric {
  const metric = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (metric !== undefined) return metric;
  throw new Error(`metric '${name}' is not simulated; it must be one of ${Object.keys(metrics).join(", ")}`);
}

/** What the engine counts of a version for a metric. */
export function totalsFor({ kind }: SimulatedMetric, counters: VersionCounters): Totals {
  const { requests, errors, durationSum, buckets } = counters;
  return {
    requests,
    events: kind === "ratio" || kind === "counter" ? errors : 0,
    sum: kind === "mean" ? durationSum : 0,
    ...(kind === "percentile" ? { buckets } : {}),
  };
}

/** The value of a metric over the requests counted; null where there is none. */
export function valueFor(metric: SimulatedMetric, counters: VersionCounters): number | null {
  const { requests, errors, durationSum, buckets } = counters;
  if (requests === 0) return metric.absentValue;
  switch (metric.kind) {
    case "ratio":
      return errors / requests;
    case "counter":
      return errors;
    case "mean":
      return durationSum / requests;
    case "percentile":
      return histogramQuantile(metric.quantile ?? NaN, requests, buckets);
  }
}

/**
 * The quantile of a histogram as Prometheus' `histogram_quantile` estimates it: linear within a bucket, and the largest
 * bound for what is beyond it. null without requests.
 *
 * @param quantile 0 to 1
 * @param buckets requests at most as slow as each of {@link BOUNDS}
 *
 * @example histogramQuantile(0.5, 4, [0, 0, 0, 0, 0, 0, 2, 4, 4, 4, 4, 4, 4, 4]) // 100
 */
export function histogramQuantile(quantile: number, requests: number, buckets: readonly number[]): number | null {
  if (!(requests > 0)) return null;
  const rank = quantile * requests;
  const place = buckets.findIndex((count) => count >= rank);
  if (place === -1) return BOUNDS[BOUNDS.length - 1] ?? null;
  const [from, to] = [BOUNDS[place - 1] ?? 0, BOUNDS[place] ?? NaN];
  const below = buckets[place - 1] ?? 0;
  const within = (buckets[place] ?? NaN) - below;
  return within > 0 ? from + ((to - from) * (rank - below)) / within : from;
}
