import { logGamma } from "./logGamma";
import { stirlingCorrection } from "./stirlingCorrection";

const HALF_LOG_TWO_PI = 0.9189385332046728;
const STIRLING_FROM = 10;

/**
 * The natural logarithm of the beta function, ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b). Where an argument is
 * large the leading terms of Stirling's formula, which would cancel, are taken together first.
 *
 * Domain: a > 0 and b > 0, both finite, NaN elsewhere.
 *
 * DiDonato & Morris, "Algorithm 708: Significant digit computation of the incomplete beta function ratios",
 * ACM TOMS 18 (1992), §6.
 *
 * @example logBeta(2, 3)      // −2.4849066497880004, which is −ln 12
 * @example logBeta(1e10, 0.5) // −10.940560522033028
 */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (!(small > 0 && large < Infinity)) return NaN;
  if (large < STIRLING_FROM) return logGamma(small) + logGamma(large) - logGamma(small + large);

  const remainder = stirlingCorrection(large) - stirlingCorrection(small + large);
  const logRatio = Math.log1p(small / large);
  if (small < STIRLING_FROM) {
    return logGamma(small) + remainder + small - small * Math.log(small + large) - (large - 0.5) * logRatio;
  }
  const logSmallShare = -Math.log1p(large / small);
  return (
    HALF_LOG_TWO_PI -
    0.5 * Math.log(large) +
    (stirlingCorrection(small) + remainder) +
    (small - 0.5) * logSmallShare -
    large * logRatio
  );
}
