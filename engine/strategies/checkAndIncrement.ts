import type { Assessment } from "../analysis/assessment";
import type { TrafficPlan } from "../plan";

/** The candidate's share in the first iteration, in percent. */
export function firstWeight(traffic: TrafficPlan): number {
  return Math.min(traffic.step, traffic.maxWeight);
}

/**
 * Iter8 v0.1's check_and_increment: one step up, to the maximum at most, when something new was seen and every
 * criterion is met; otherwise the weight is held. It never goes down by itself.
 *
 * @example nextWeight({ step: 20, maxWeight: 50, ... }, 40, { suspicious: false, changed: true, ... }) // 50
 */
export function nextWeight(traffic: TrafficPlan, weight: number, assessment: Assessment): number {
  if (assessment.suspicious || !assessment.changed) return weight;
  return Math.max(weight, Math.min(weight + traffic.step, traffic.maxWeight));
}
