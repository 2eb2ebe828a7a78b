/**
 * What was seen of one version through one metric since the release began.
 * A null value is "no such number" (no row, NaN, infinite): never evidence.
 */
export interface VersionValue {
  readonly value: number | null;
  /** Requests behind the value; 0 when unknown. */
  readonly sampleSize: number;
}

/** Cumulative counts of one version. They only grow, unless what counts them was restarted. */
export interface Totals {
  /** Requests that the metric covers. */
  readonly requests: number;
  /** Those of them that the metric is about: failed, or slower than a bound; 0 for a mean. */
  readonly events: number;
  /** Sum of the values of all requests; 0 for a ratio. */
  readonly sum: number;
  /** Requests that took at most each of the bounds; only for a percentile. */
  readonly buckets?: readonly number[];
}

/**
 * What a metric is made of, for an analysis that counts.
 *
 * ratio: events / requests, 0 to 1. mean: sum / requests. percentile: the value that a share of the requests stays under,
 * known by its histogram only.
 */
export interface MetricCounts {
  readonly kind: "ratio" | "mean" | "percentile";
  /** When the newest sample was taken, in ms since 1970. */
  readonly at: number;
  /** Share of requests at or under the value, between 0 and 1; only for a percentile. */
  readonly quantile?: number;
  /** Upper bounds of the histogram's buckets, rising, in the metric's unit; only for a percentile. */
  readonly bounds?: readonly number[];
  readonly baseline: Totals;
  readonly candidate: Totals;
}

/** What was seen of the baseline in one span of time before the release. */
export interface HistoryWindow {
  readonly requests: number;
  readonly events: number;
  readonly sum: number;
  readonly buckets?: readonly number[];
}

/**
 * The baseline before the release: how busy it is, and how much its metric varies from one look to the next when nothing
 * changes.
 */
export interface MetricHistory {
  readonly metric: string;
  readonly kind: MetricCounts["kind"];
  readonly quantile?: number;
  readonly bounds?: readonly number[];
  /** Length of each window in ms. */
  readonly windowMs: number;
  /** Oldest first. Windows without data are left out; those without a request are data. */
  readonly windows: readonly HistoryWindow[];
  /** The counts when the release begins, from which it counts on; without them the first look only sets the start. */
  readonly counts?: MetricCounts;
}

export interface MetricValues {
  readonly metric: string;
  /** A counter grows with traffic, so it can be held against a threshold only. */
  readonly isCounter: boolean;
  /** Unit of the value, for people: "ms", or empty. */
  readonly unit: string;
  readonly baseline: VersionValue;
  readonly candidate: VersionValue;
  /** Absent where the source gives values only; such a metric can be judged by point comparison alone. */
  readonly counts?: MetricCounts;
}

/** Why metrics could not be used. Each is a fault of the world, to be waited out; none is evidence. */
export type Fault = "unreachable" | "timeout" | "refused" | "serverError" | "malformed" | "stale";

/** What an analytics service keeps from one of its answers to the next. Nobody but the service reads it. */
export type LastState = Readonly<Record<string, unknown>>;

/** What an analytics service says of one criterion. */
export interface JudgedCriterion {
  readonly met: boolean;
  /** The criterion alone demands the candidate's removal, now. */
  readonly abort: boolean;
  /** The service's sentences. May be empty. */
  readonly conclusions: readonly string[];
  /** Unit of the values, for people: "ms", or empty. */
  readonly unit: string;
  readonly baseline: VersionValue;
  readonly candidate: VersionValue;
}

/** The judgement of an analytics service: it has looked at the metrics by itself. */
export interface Judgement {
  readonly allMet: boolean;
  readonly abort: boolean;
  /** The share of traffic that the service wants for the candidate, in percent; any number. */
  readonly candidateWeight: number;
  /** The service's sentences. May be empty. */
  readonly conclusions: readonly string[];
  /** One entry a criterion, in the criteria's order; absent when the service does not tell. */
  readonly criteria?: readonly JudgedCriterion[];
  /** To be sent back with the next question; absent when the service keeps nothing. */
  readonly lastState?: LastState;
}

/** The answer of the metrics source at one moment: values of every criterion's metric, or why there are none. */
export type MetricsObservation =
  | { readonly kind: "values"; readonly metrics: readonly MetricValues[] }
  | { readonly kind: "unavailable"; readonly fault: Fault; readonly detail: string };

/** What was seen at one moment: as the metrics show it, or as an analytics service judges it. */
export type Observation = (MetricsObservation | ({ readonly kind: "judged" } & Judgement)) & {
  /** When it was there, in ms since 1970: the same for all releases that were observed together. Default: now. */
  readonly at?: number;
};
