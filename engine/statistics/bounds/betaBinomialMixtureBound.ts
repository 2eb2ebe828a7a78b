import { betaBinomialBoundary } from "./betaBinomialBoundary";
import { betaPriorWeight } from "./betaPriorWeight";
import { oneSidedBernoulliLogMixture } from "./oneSidedBernoulliLogMixture";

/**
 * The one-sided beta-binomial mixture boundary: with probability 1 − α, a sub-Bernoulli process S of range [−g, h]
 * (such as a sum of centered steps between −g and h, with V growing by g h a step) stays below bound(V) at all times at
 * once. It is tuned for the intrinsic time vOpt and the level alphaOpt.
 *
 * Domain: v ≥ 0, vOpt > 0, g > 0, h > 0, 0 < alpha < 1, 0 < alphaOpt < ½, NaN elsewhere.
 *
 * Howard, Ramdas, McAuliffe & Sekhon, arXiv:1810.08240, the one-sided beta-binomial mixture.
 *
 * @example betaBinomialMixtureBound(100, 0.05, 100, 0.2, 0.8) // 28.4123800520491
 */
export function betaBinomialMixtureBound(
  v: number,
  alpha: number,
  vOpt: number,
  g: number,
  h: number,
  alphaOpt: number = 0.05,
): number {
  const weight = betaPriorWeight(vOpt / (g * h), 2 * alphaOpt);
  return betaBinomialBoundary(oneSidedBernoulliLogMixture, v, alpha, g, h, weight);
}
