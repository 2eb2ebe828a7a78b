import { normalMixturePrecision } from "./normalMixturePrecision";

const SMALLEST = 1e-3;

/**
 * The weight, in trials, of the beta prior of a beta-binomial mixture that makes its boundary tight about trial tOpt:
 * with it the variance of the prior, p (1 − p) / (weight + 1), is that of the normal mixture tuned for tOpt. Where tOpt
 * is too early for that, the weight is 0.001. It is the parameter r of the literature divided by g h.
 *
 * Domain: tOpt > 0, 0 < alpha < 1, NaN elsewhere.
 *
 * Howard, Ramdas, McAuliffe & Sekhon, arXiv:1810.08240, on the tuning of the beta-binomial mixture.
 *
 * @example betaPriorWeight(100, 0.05) // 11.60056097925634
 */
export function betaPriorWeight(tOpt: number, alpha: number): number {
  const precision = normalMixturePrecision(tOpt, alpha);
  return Math.max(precision - 1, SMALLEST);
}
