/** One thing for each of the two versions of an experiment. */
export type ByVersion<T> = Readonly<Record<"baseline" | "candidate", T>>;

/** Known bounds of a metric's value. */
export interface MinMax {
  readonly min: number;
  readonly max: number;
}

/** What one metric has to be like for the candidate to be good. */
export interface Criterion {
  readonly metricName: string;
  /** Whether the value grows with traffic. Such a metric can have a threshold only. */
  readonly isCounter: boolean;
  /** The value where Prometheus has none, as text; a text that is no number means "no value". Default: "0.0". */
  readonly absentValue?: string;
  /**
   * `threshold`: the candidate's value is at most `value`. `delta`: at most (1 + `value`) times the baseline's.
   * Both take it that less is better.
   */
  readonly type: "threshold" | "delta";
  readonly value: number;
  /** Requests a version must have had before it is judged. The Bayesian algorithms look at none. */
  readonly sampleSize: number;
  /** Whether failing this criterion alone ends the experiment. */
  readonly stopOnFailure: boolean;
  /** Without it, the Bayesian algorithms take the metric for normally distributed. */
  readonly minMax?: MinMax;
}

export interface TrafficControl {
  /** Percentage points check_and_increment adds at a time. Iter8's default: 2. */
  readonly stepSize: number;
  /** The most the candidate gets, in percent. Iter8's default: 50. */
  readonly maxTrafficPercent: number;
  /** What the Bayesian algorithms' confidence is measured by, 0 to 1. Iter8's default: 0.95. */
  readonly confidence: number;
}

/** What one version showed of one metric since its start time. */
export interface Reading {
  /** Requests behind the value; Prometheus' `increase` makes it a fraction. */
  readonly sampleSize: number;
  /** Null when there is no such number: never good enough. */
  readonly value: number | null;
}

/** The time a version is judged by, in ms since 1970. */
export interface TimeRange {
  readonly start: number;
  /** Default: now. */
  readonly end?: number;
}

/** What an analysis needs to know beside the readings. */
export interface AnalysisRequest {
  readonly criteria: readonly Criterion[];
  readonly traffic: TrafficControl;
  readonly times: ByVersion<TimeRange>;
  /** The `_last_state` of the answer before, as it came; empty or absent before the first one. */
  readonly lastState: unknown;
}

/** The readings of each version, one a criterion and in the criteria's order. */
export type Observations = ByVersion<readonly Reading[]>;
