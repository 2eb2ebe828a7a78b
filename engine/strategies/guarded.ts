import type { Assessment } from "../analysis/assessment";
import type { SuccessCriterion, TrafficPlan } from "../plan";
import type { CriterionEvidence } from "../sequential/evidence";
import type { SequentialState } from "../sequential/state";

/** Requests that the candidate is to get in the first iteration: enough to show a broken one, and no more. */
const FIRST_REQUESTS = 6;
/** First share while nobody knows how busy the service is, in percent. */
const CAUTIOUS_WEIGHT = 5;
/** Part of what is left of the failure budget that one iteration may put at risk. */
const RISK = 0.5;

/** The candidate's share in the first iteration, in percent: a handful of requests. */
export function firstGuardedWeight(traffic: TrafficPlan, { requestsPerSecond }: SequentialState): number {
  const largest = Math.min(traffic.step, traffic.maxWeight);
  if (requestsPerSecond === undefined) return Math.min(CAUTIOUS_WEIGHT, largest);
  const perIteration = requestsPerIteration(traffic, requestsPerSecond);
  const affordable = traffic.budget === undefined ? Infinity : RISK * traffic.budget.failedRequests;
  return wholePercent((100 * Math.min(FIRST_REQUESTS, affordable)) / perIteration, largest);
}

/**
 * The candidate's next share, in percent. While nothing speaks against the candidate it doubles, by `step` at most, up to
 * the maximum; under suspicion it is held. With a failure budget it is also kept so low, and lowered if need be, that
 * half of what is left of the budget lasts for the iteration even if the candidate fails as often as what was seen of it
 * does not exclude.
 */
export function nextGuardedWeight(
  traffic: TrafficPlan,
  criteria: readonly SuccessCriterion[],
  weight: number,
  assessment: Assessment,
  state: SequentialState,
): number {
  const mayGrow = assessment.changed && !assessment.suspicious;
  const grown = mayGrow ? Math.min(2 * weight, weight + traffic.step, traffic.maxWeight) : weight;
  const left = budgetLeft(traffic, criteria, state);
  if (left === undefined || state.requestsPerSecond === undefined) return grown;
  const perIteration = requestsPerIteration(traffic, state.requestsPerSecond);
  const affordable = (RISK * Math.max(0, left.failures)) / left.pessimisticRate;
  return wholePercent((100 * affordable) / perIteration, grown);
}

/** Whether more requests have failed because of the candidate than the budget allows. */
export function isBudgetSpent(
  traffic: TrafficPlan,
  criteria: readonly SuccessCriterion[],
  state: SequentialState,
): boolean {
  const left = budgetLeft(traffic, criteria, state);
  return left !== undefined && left.failures <= 0;
}

interface BudgetLeft {
  /** Failed requests of the candidate, beyond those expected at the baseline's rate, that may still happen. */
  readonly failures: number;
  /** A share of failures, beyond the baseline's, that what was seen of the candidate does not exclude. */
  readonly pessimisticRate: number;
}

function budgetLeft(
  { budget }: TrafficPlan,
  criteria: readonly SuccessCriterion[],
  state: SequentialState,
): BudgetLeft | undefined {
  if (budget === undefined) return undefined;
  const evidence = state.criteria[criteria.findIndex(({ metric }) => metric === budget.metric)];
  if (evidence === undefined) return { failures: budget.failedRequests, pessimisticRate: 1 };
  const usual = baselineRate(evidence);
  const { requests, events } = evidence.candidate;
  // The mean of a belief that starts with one request, which failed.
  const pessimisticRate = Math.max((events + 1) / (requests + 1) - usual, 1e-9);
  return { failures: budget.failedRequests - (events - usual * requests), pessimisticRate };
}

function baselineRate({ dispersion, baseline }: CriterionEvidence): number {
  const seen = dispersion.requests > 0 ? dispersion : baseline;
  return seen.requests > 0 ? seen.events / seen.requests : 0;
}

function requestsPerIteration({ intervalMs }: TrafficPlan, requestsPerSecond: number): number {
  return (requestsPerSecond * intervalMs) / 1000;
}

/** Istio's weights are whole percents; at least 1, so that there is something to judge. */
function wholePercent(share: number, largest: number): number {
  return Math.max(1, Math.min(largest, Math.floor(share)));
}
