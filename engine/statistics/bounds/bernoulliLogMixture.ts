import { logBeta } from "../special/logBeta";

/**
 * The logarithm of the two-sided beta-binomial mixture martingale against the hypothesis that p is the success
 * probability: the likelihood ratio of a Beta(weight · p, weight · (1 − p)) mixture of probabilities to p itself,
 *
 *     ln B(weight p + successes, weight (1 − p) + failures) − ln B(weight p, weight (1 − p))
 *       − successes ln p − failures ln (1 − p).
 *
 * Under the hypothesis its exponential starts at 1 and ever reaches 1 / α with probability α at most. The number of
 * successes may be a sum of outcomes from [0, 1].
 *
 * Domain: 0 ≤ successes ≤ trials, 0 < p < 1, weight > 0, all finite, NaN elsewhere.
 *
 * Howard, Ramdas, McAuliffe & Sekhon, arXiv:1810.08240, the two-sided beta-binomial mixture with g = p, h = 1 − p.
 *
 * @example bernoulliLogMixture(1, 1, 0.3, 5) // 0 but for rounding: the mixture gives the first outcome p too
 * @example bernoulliLogMixture(2, 2, 0.5, 1) // 0.4054651081081644, which is ln 3/2
 */
export function bernoulliLogMixture(successes: number, trials: number, p: number, weight: number): number {
  if (!(successes >= 0 && successes <= trials && p > 0 && p < 1)) return NaN;
  const failures = trials - successes;
  const [priorSuccesses, priorFailures] = [weight * p, weight * (1 - p)];
  const logMarginal =
    logBeta(priorSuccesses + successes, priorFailures + failures) - logBeta(priorSuccesses, priorFailures);
  return logMarginal - successes * Math.log(p) - failures * Math.log1p(-p);
}
