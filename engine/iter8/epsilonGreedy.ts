import type { SplitDecision, SplitSituation } from "./split";

/**
 * The candidate's share in the n-th effective iteration, in whole percent. Iter8 v0.1: of ε = 1/n of the traffic each
 * version gets half, and the favoured one gets all the rest.
 *
 * @param n effective iterations so far with this one, from 1
 * @param maxWeight the most the candidate gets, in percent
 * @param favoured the version that is better as far as can be told. Default: the candidate
 * @example epsilonGreedyWeight(3, 100)             // 83
 * @example epsilonGreedyWeight(3, 100, "baseline") // 16
 */
export function epsilonGreedyWeight(
  n: number,
  maxWeight: number,
  favoured: "baseline" | "candidate" = "candidate",
): number {
  const epsilon = 1 / n;
  // The terms are left as Iter8 has them, so that what is truncated is the same double.
  const share = favoured === "candidate" ? 1 - epsilon + epsilon / 2 : epsilon / 2;
  return Math.min(Math.trunc(share * 100), maxWeight);
}

/**
 * Iter8 v0.1's epsilon_t_greedy: favours the candidate in the first call and whenever every criterion is met, and the
 * baseline when one is not although there were enough requests to tell. Each of them is an effective iteration. Without
 * enough requests, or without anything new, the split is held.
 */
export function epsilonGreedy(situation: SplitSituation): SplitDecision {
  const { before, first, changed, allMet, sampleEnough, traffic } = situation;
  const good = first || allMet;
  if (!changed || !(good || sampleEnough)) return before;
  const effectiveIterations = before.effectiveIterations + 1;
  const favoured = good ? "candidate" : "baseline";
  return {
    candidatePercent: epsilonGreedyWeight(effectiveIterations, traffic.maxTrafficPercent, favoured),
    effectiveIterations,
  };
}
