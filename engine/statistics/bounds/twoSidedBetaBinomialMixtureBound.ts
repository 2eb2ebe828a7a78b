import { bernoulliLogMixture } from "./bernoulliLogMixture";
import { betaBinomialBoundary } from "./betaBinomialBoundary";
import { betaPriorWeight } from "./betaPriorWeight";

/**
 * The upper arm of the two-sided beta-binomial mixture boundary: with probability 1 − α, a sub-Bernoulli process S of
 * range [−g, h] stays at all times at once below bound(V) and above the negative of the bound with g and h exchanged.
 * It is tuned for the intrinsic time vOpt and the level alphaOpt.
 *
 * Domain: v ≥ 0, vOpt > 0, g > 0, h > 0, 0 < alpha < 1, 0 < alphaOpt < 1, NaN elsewhere.
 *
 * Howard, Ramdas, McAuliffe & Sekhon, arXiv:1810.08240, the two-sided beta-binomial mixture.
 *
 * @example twoSidedBetaBinomialMixtureBound(100, 0.05, 100, 0.2, 0.8) // 31.43079759607268
 */
export function twoSidedBetaBinomialMixtureBound(
  v: number,
  alpha: number,
  vOpt: number,
  g: number,
  h: number,
  alphaOpt: number = 0.05,
): number {
  const weight = betaPriorWeight(vOpt / (g * h), alphaOpt);
  return betaBinomialBoundary(bernoulliLogMixture, v, alpha, g, h, weight);
}
