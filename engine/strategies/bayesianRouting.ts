import { bayesianShare, believe, priorBelief } from "../iter8";
import type { MetricValues, VersionValue } from "../observation";
import type { SuccessCriterion, TrafficPlan } from "../plan";
import type { RandomSource } from "../random";

/** What Bayesian routing wants: the candidate's next share, and how sure it is that the candidate is the better one. */
export interface BayesianWish {
  /** Whole percent. */
  readonly weight: number;
  /** 0 to 1. */
  readonly confidence: number;
}

/**
 * Iter8 v0.1's posterior_bayesian_routing and optimistic_bayesian_routing: as much traffic as the candidate wins draws
 * from what is believed of both versions, up to the maximum.
 *
 * @param metrics one entry a criterion, in the criteria's order
 */
export function bayesianWish(
  traffic: TrafficPlan,
  criteria: readonly SuccessCriterion[],
  metrics: readonly MetricValues[],
  random: RandomSource,
): BayesianWish {
  const beliefs = (version: "baseline" | "candidate") =>
    metrics.map((values, i) => {
      const range = criteria[i]?.range;
      return values.isCounter ? null : (believe(within(values[version], range), range) ?? priorBelief(range));
    });
  const confidence = bayesianShare(
    {
      criteria: criteria.map((criterion, i) => ({
        type: criterion.toleranceType,
        value: criterion.tolerance,
        isCounter: metrics[i]?.isCounter ?? false,
      })),
      readings: {
        baseline: metrics.map(({ baseline }) => baseline),
        candidate: metrics.map(({ candidate }) => candidate),
      },
      beliefs: { baseline: beliefs("baseline"), candidate: beliefs("candidate") },
    },
    random,
    { optimistic: traffic.strategy === "optimistic_bayesian_routing" },
  );
  return { weight: Math.min(Math.round(100 * confidence), traffic.maxWeight), confidence };
}

/** A range that is too narrow is no reason to lose a release: what is beyond it counts as its end. */
function within({ value, sampleSize }: VersionValue, range: SuccessCriterion["range"]): VersionValue {
  if (value === null || range === undefined) return { value, sampleSize };
  return { value: Math.min(range.max, Math.max(range.min, value)), sampleSize };
}
