/** What a release is asked to do: the settings of one experiment, complete (every default filled in). */
export interface Plan {
  /** Name of the Deployment that serves now. */
  readonly baseline: string;
  /** Name of the Deployment on trial. */
  readonly candidate: string;
  readonly traffic: TrafficPlan;
  /** All must be met for the weight to grow and for the candidate to be promoted. */
  readonly criteria: readonly SuccessCriterion[];
  /** Longest time without usable metrics before the release ends as inconclusive, in ms. */
  readonly maxStallMs: number;
  /** Longest wait for both versions to be Ready before the first iteration, in ms. */
  readonly readyTimeoutMs: number;
}

export interface TrafficPlan {
  readonly strategy: Strategy;
  /** Percentage points that the candidate gains in an iteration whose criteria are all met. 1 to 100. */
  readonly step: number;
  /** Highest share of traffic the candidate gets before it is promoted, in percent. 1 to 100. */
  readonly maxWeight: number;
  /** Length of an iteration in ms. */
  readonly intervalMs: number;
  /** Number of iterations after which the verdict falls. */
  readonly maxIterations: number;
  /** Who gets all traffic when the candidate succeeds; `both` keeps the last split. */
  readonly onSuccess: OnSuccess;
}

/** Traffic strategies that the engine knows. */
export const STRATEGIES = ["check_and_increment"] as const;
export type Strategy = (typeof STRATEGIES)[number];

export const ON_SUCCESS = ["candidate", "baseline", "both"] as const;
export type OnSuccess = (typeof ON_SUCCESS)[number];

export const TOLERANCE_TYPES = ["threshold", "delta"] as const;
export type ToleranceType = (typeof TOLERANCE_TYPES)[number];

export interface SuccessCriterion {
  readonly metric: string;
  /** `threshold`: candidate <= tolerance. `delta`: candidate <= (1 + tolerance) x baseline. */
  readonly toleranceType: ToleranceType;
  readonly tolerance: number;
  /** Requests a version must have had before its value counts. */
  readonly sampleSize: number;
  /** Roll back as soon as the criterion fails with enough samples, instead of holding the weight. */
  readonly stopOnFailure: boolean;
}

/** Share of traffic of each version, in percent; the two sum to 100. */
export interface Weights {
  readonly baseline: number;
  readonly candidate: number;
}

/**
 * The split that gives the candidate its share and the baseline the rest.
 *
 * @example split(20) // { baseline: 80, candidate: 20 }
 */
export function split(candidate: number): Weights {
  return { baseline: 100 - candidate, candidate };
}
