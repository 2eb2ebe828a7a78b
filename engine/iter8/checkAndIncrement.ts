import type { SplitDecision, SplitSituation } from "./split";

/**
 * Iter8 v0.1's check_and_increment: one step up, to the maximum at most, in the first call and whenever something new
 * was seen and every criterion is met; otherwise the split is held.
 */
export function checkAndIncrement({ before, first, changed, allMet, traffic }: SplitSituation): SplitDecision {
  const { candidatePercent, effectiveIterations } = before;
  if (!changed || !(first || allMet)) return before;
  return {
    candidatePercent: Math.min(candidatePercent + traffic.stepSize, traffic.maxTrafficPercent),
    effectiveIterations,
  };
}
