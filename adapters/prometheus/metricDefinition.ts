import type { Direction } from "../../engine";

/** How a metric is read from Prometheus. Templates are PromQL with the placeholders of `template.ts`. */
export interface MetricDefinition {
  /** The name that success criteria use. */
  readonly name: string;
  /** Gives the value of each version, one row a version. */
  readonly queryTemplate: string;
  /** Gives the number of requests behind the value, one row a version. */
  readonly sampleSizeTemplate: string;
  /** Gives the age of the newest sample of each version in seconds; without it, stale data goes unnoticed. */
  readonly freshnessTemplate?: string;
  /** Whether the value grows with traffic. */
  readonly isCounter: boolean;
  /** The value of a version that has had requests but has no row; null when that means there is no value. */
  readonly absentValue: number | null;
  /** Unit of the value, for people: "ms", or empty. */
  readonly unit: string;
  /** Whether small or large values are good. Default: lower. */
  readonly direction?: Direction;
  /** What the metric is made of; without it, it has values only, and no analysis can count. */
  readonly counts?: CountsDefinition;
}

/**
 * How the counters behind a metric are read. Each template gives counters as they stand, summed by version: no `increase`
 * and no `rate`, which estimate.
 */
export type CountsDefinition =
  | {
      /** ratio: events / requests, 0 to 1. mean: sum / requests. */
      readonly kind: "ratio" | "mean";
      /** Counts the requests. */
      readonly total: string;
      /** Counts those requests that are events (ratio), or sums up the values of all requests (mean). */
      readonly part: string;
    }
  | {
      readonly kind: "percentile";
      /** Gives a histogram's buckets, one row a version and `le`. The bucket `+Inf` counts the requests. */
      readonly buckets: string;
      /** Share of requests at or under the value, between 0 and 1. */
      readonly quantile: number;
    };
