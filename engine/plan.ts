/** What a release is asked to do: the settings of one experiment, complete (every default filled in). */
export interface Plan {
  /** Name of the Deployment that serves now. */
  readonly baseline: string;
  /** Name of the Deployment on trial. */
  readonly candidate: string;
  readonly traffic: TrafficPlan;
  readonly analysis: AnalysisPlan;
  /** All must be met for the weight to grow and for the candidate to be promoted. */
  readonly criteria: readonly SuccessCriterion[];
  /** Longest time without usable metrics, or with a weight not in effect, before the release is inconclusive, in ms. */
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
  /** Strategy guarded: a limit on the harm that the release itself may do. Undefined: none. */
  readonly budget?: FailureBudget;
  /** Bayesian strategies: the share of wins, 0 to 1, from which on their confidence counts as reached. */
  readonly confidence: number;
}

/**
 * How many requests may fail because of the candidate, beyond those that would have failed at the baseline too. The
 * weight is kept so low that this holds in expectation, and the release ends as inconclusive once the budget is spent.
 */
export interface FailureBudget {
  /** Greater than 0. */
  readonly failedRequests: number;
  /** The metric of a criterion that is the share of failed requests. */
  readonly metric: string;
}

/**
 * Traffic strategies that the engine knows: Serin's own, and those of Iter8 v0.1.
 *
 * guarded: grows as fast as the evidence allows.
 * check_and_increment: one step up whenever the criteria are met.
 * increment_without_check: one step up in every iteration, whatever the metrics.
 * epsilon_greedy: most of the traffic to the version that meets the criteria, an ever smaller rest to the other.
 * posterior_bayesian_routing, optimistic_bayesian_routing: a share as large as the probability of being the better one.
 */
export const STRATEGIES = [
  "guarded",
  "check_and_increment",
  "increment_without_check",
  "epsilon_greedy",
  "posterior_bayesian_routing",
  "optimistic_bayesian_routing",
] as const;
export type Strategy = (typeof STRATEGIES)[number];

/**
 * How evidence is judged.
 *
 * point: Iter8 v0.1's rule; the observed value is compared with the limit as it stands, at the end of the plan.
 * sequential: an always-valid test; its error rates hold for the whole release, however often it looks.
 */
export const ANALYSIS_MODES = ["point", "sequential"] as const;
export type AnalysisMode = (typeof ANALYSIS_MODES)[number];

/** Whether a strategy can follow from this kind of analysis. */
export function canBeJudged(strategy: Strategy, mode: AnalysisMode): boolean {
  if (strategy === "guarded") return mode === "sequential";
  const steps = strategy === "check_and_increment" || strategy === "increment_without_check";
  return steps || mode === "point";
}

export interface AnalysisPlan {
  readonly mode: AnalysisMode;
  /** Largest probability that a candidate within all tolerances is rolled back. Between 0 and 1. */
  readonly alpha: number;
  /** Largest probability that a candidate beyond a tolerance is promoted. Between 0 and 1. */
  readonly beta: number;
  /** Time after the start in which the weight is held and what is seen is no evidence, in ms. 0: none. */
  readonly warmupMs: number;
}

export const ON_SUCCESS = ["candidate", "baseline", "both"] as const;
export type OnSuccess = (typeof ON_SUCCESS)[number];

export const TOLERANCE_TYPES = ["threshold", "delta"] as const;
export type ToleranceType = (typeof TOLERANCE_TYPES)[number];

export const DIRECTIONS = ["lower", "higher"] as const;
export type Direction = (typeof DIRECTIONS)[number];

export interface SuccessCriterion {
  readonly metric: string;
  /**
   * `threshold`: candidate <= tolerance. `delta`: candidate <= (1 + tolerance) x baseline. Where higher is better:
   * candidate >= tolerance, and candidate >= (1 - tolerance) x baseline.
   */
  readonly toleranceType: ToleranceType;
  readonly tolerance: number;
  /** Whether small or large values are good; with `higher` the limit is a least value. */
  readonly direction: Direction;
  /**
   * With a delta on a ratio: a candidate at or under this share is good, whatever the baseline's. Without it, a rare event
   * would take very many requests to tell a harmless candidate from a harmful one. Undefined: none.
   */
  readonly floor?: number;
  /** Bayesian strategies: the least and the largest value that the metric can have. Undefined: unbounded. */
  readonly range?: { readonly min: number; readonly max: number };
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
