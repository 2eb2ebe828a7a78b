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
}
