import { bernoulliLogMixture } from "./bernoulliLogMixture";
import { betaPriorWeight } from "./betaPriorWeight";
import { findRoot } from "./findRoot";

const LOG_SMALLEST = Math.log(1e-300);

/** Where the confidence set begins, looked for in ln p: with two successes in a million it begins at 6e-13. */
function lowerLimit(successes: number, trials: number, alpha: number, weight: number): number {
  const threshold = -Math.log(alpha);
  const excess = (logP: number): number => bernoulliLogMixture(successes, trials, Math.exp(logP), weight) - threshold;
  if (excess(LOG_SMALLEST) <= 0) return 0;
  // Where p maximizes the likelihood no mixture of probabilities does better. ln p = 0 itself is outside the domain.
  const logEstimate = Math.min(Math.log(successes / trials), -Number.EPSILON);
  return Math.exp(findRoot(excess, LOG_SMALLEST, logEstimate));
}

/**
 * The confidence sequence of a success probability: with probability 1 − α the intervals of all sample sizes contain it
 * at once, so that one may look after every trial. It holds for the mean of any outcomes in [0, 1], with their sum as
 * the number of successes. The interval is every p whose two-sided beta-binomial mixture martingale is below 1 / α,
 * tuned to be narrow about trial tOpt and level alphaOpt.
 *
 * Domain: trials ≥ 0, 0 ≤ successes ≤ trials, 0 < alpha < 1, tOpt > 0, 0 < alphaOpt < 1, all finite, [NaN, NaN]
 * elsewhere. Without trials it is [0, 1].
 *
 * Howard, Ramdas, McAuliffe & Sekhon, arXiv:1810.08240, the two-sided beta-binomial mixture.
 *
 * @example bernoulliConfidenceInterval(700, 1000, 0.05, 100) // [0.6516298138699305, 0.7459495007849872]
 */
export function bernoulliConfidenceInterval(
  successes: number,
  trials: number,
  alpha: number,
  tOpt: number,
  alphaOpt: number = 0.05,
): readonly [number, number] {
  const weight = betaPriorWeight(tOpt, alphaOpt);
  const inDomain = successes >= 0 && successes <= trials && trials < Infinity && alpha > 0 && alpha < 1 && weight > 0;
  if (!inDomain) return [NaN, NaN];
  return [lowerLimit(successes, trials, alpha, weight), 1 - lowerLimit(trials - successes, trials, alpha, weight)];
}
