/**
 * What was seen of one version through one metric since the release began.
 * A null value is "no such number" (no row, NaN, infinite): never evidence.
 */
export interface VersionValue {
  readonly value: number | null;
  /** Requests behind the value; 0 when unknown. */
  readonly sampleSize: number;
}

export interface MetricValues {
  readonly metric: string;
  /** A counter grows with traffic, so it can be held against a threshold only. */
  readonly isCounter: boolean;
  /** Unit of the value, for people: "ms", or empty. */
  readonly unit: string;
  readonly baseline: VersionValue;
  readonly candidate: VersionValue;
}

/** Why metrics could not be used. Each is a fault of the world, to be waited out; none is evidence. */
export type Fault = "unreachable" | "timeout" | "refused" | "serverError" | "malformed" | "stale";

/** The answer of the metrics source at one moment: values of every criterion's metric, or why there are none. */
export type Observation =
  | { readonly kind: "values"; readonly metrics: readonly MetricValues[] }
  | { readonly kind: "unavailable"; readonly fault: Fault; readonly detail: string };
