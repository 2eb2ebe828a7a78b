import type { Assessment } from "../analysis/assessment";
import { epsilonGreedyWeight } from "../iter8";
import type { MetricValues } from "../observation";
import type { Plan, TrafficPlan } from "../plan";
import type { RandomSource } from "../random";
import type { SequentialState } from "../sequential/state";
import type { ReleaseState } from "../state";
import { bayesianWish } from "./bayesianRouting";
import { firstWeight, nextWeight } from "./checkAndIncrement";
import { firstGuardedWeight, nextGuardedWeight } from "./guarded";

/** The split that a strategy wants next. */
export interface NextShare {
  /** The candidate's share in percent. */
  readonly weight: number;
  /** epsilon_greedy: how often the criteria could be told to be met or not, to be kept in the state. */
  readonly effectiveIterations?: number;
  /** Bayesian strategies: how sure they are that the candidate is the better version, 0 to 1. */
  readonly confidence?: number;
  /** A sentence on why it is not the share that was asked for. */
  readonly note?: string;
}

/** Whether the strategy looks at metrics at all. */
export function isChecked({ strategy }: TrafficPlan): boolean {
  return strategy !== "increment_without_check";
}

/** The first iteration's split. */
export function firstShare({ traffic }: Plan, sequential: SequentialState | undefined): NextShare {
  switch (traffic.strategy) {
    case "guarded":
      return { weight: firstGuardedWeight(traffic, sequential ?? { criteria: [] }) };
    case "check_and_increment":
    case "increment_without_check":
      return { weight: firstWeight(traffic) };
    case "epsilon_greedy":
      return { weight: epsilonGreedyWeight(1, traffic.maxWeight), effectiveIterations: 1 };
    case "posterior_bayesian_routing":
    case "optimistic_bayesian_routing":
      // Before anything was seen, one version is as likely to be the better one as the other.
      return { weight: Math.min(50, traffic.maxWeight) };
  }
}

/**
 * The next iteration's split.
 *
 * @param metrics that the assessment is about, one entry a criterion
 * @param random needed by the Bayesian strategies
 */
export function nextShare(
  { traffic, criteria }: Plan,
  state: ReleaseState,
  assessment: Assessment,
  metrics: readonly MetricValues[],
  random: RandomSource | undefined,
): NextShare {
  switch (traffic.strategy) {
    case "guarded":
      return {
        weight: nextGuardedWeight(traffic, criteria, state.weight, assessment, state.sequential ?? { criteria: [] }),
      };
    case "check_and_increment":
      return { weight: nextWeight(traffic, state.weight, assessment) };
    case "increment_without_check":
      return { weight: nextWeight(traffic, state.weight, { ...assessment, changed: true, suspicious: false }) };
    case "epsilon_greedy":
      return epsilonGreedy(traffic, state, assessment);
    case "posterior_bayesian_routing":
    case "optimistic_bayesian_routing":
      if (random === undefined) throw new Error(`strategy ${traffic.strategy} needs a random source`);
      return bayesianWish(traffic, criteria, metrics, random);
  }
}

/** Favours the candidate while the criteria are met, and the baseline when they are not although that can be told. */
function epsilonGreedy(traffic: TrafficPlan, state: ReleaseState, assessment: Assessment): NextShare {
  const { effectiveIterations = 1 } = state;
  const canTell = assessment.allMet || assessment.criteria.every((c) => c.enoughSamples);
  if (!assessment.changed || !canTell) return { weight: state.weight, effectiveIterations };
  const favoured = assessment.allMet ? "candidate" : "baseline";
  return {
    weight: epsilonGreedyWeight(effectiveIterations + 1, traffic.maxWeight, favoured),
    effectiveIterations: effectiveIterations + 1,
  };
}
