import { regularizedIncompleteBeta } from "../special/regularizedIncompleteBeta";
import { bernoulliLogMixture } from "./bernoulliLogMixture";

/**
 * The logarithm of the one-sided beta-binomial mixture martingale against the hypothesis that the success
 * probability is at most p: as bernoulliLogMixture, with the beta prior cut off below p.
 *
 * Domain: 0 ≤ successes ≤ trials, 0 < p < 1, weight > 0, all finite, NaN elsewhere.
 *
 * Howard, Ramdas, McAuliffe & Sekhon, arXiv:1810.08240, the one-sided beta-binomial mixture with g = p, h = 1 − p.
 *
 * @example oneSidedBernoulliLogMixture(1, 1, 0.5, 2) // 0.4054651081081644, which is ln 3/2
 */
export function oneSidedBernoulliLogMixture(successes: number, trials: number, p: number, weight: number): number {
  const [priorSuccesses, priorFailures] = [weight * p, weight * (1 - p)];
  const priorAbove = regularizedIncompleteBeta(1 - p, priorFailures, priorSuccesses);
  const above = regularizedIncompleteBeta(1 - p, priorFailures + (trials - successes), priorSuccesses + successes);
  return bernoulliLogMixture(successes, trials, p, weight) + Math.log(above / priorAbove);
}
