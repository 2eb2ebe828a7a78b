import { logBeta } from "./logBeta";
import { logOnePlusRemainder } from "./logOnePlusRemainder";
import { stirlingCorrection } from "./stirlingCorrection";

const STIRLING_FROM = 10;

/**
 * xᵃ (1 − x)ᵇ / B(a, b), the factor in front of every expansion of the incomplete beta function. For large a and b it
 * is written around the mean a / (a + b), where its exponent is the small difference of huge numbers.
 *
 * Domain: 0 < x < 1, a > 0 and b > 0, both finite, NaN elsewhere.
 *
 * DiDonato & Morris, "Algorithm 708", ACM TOMS 18 (1992), §6 (there: BRCOMP).
 *
 * @example betaKernel(0.5, 1, 1)     // 0.25
 * @example betaKernel(0.5, 1e6, 1e6) // 282.09475651203144
 */
export function betaKernel(x: number, a: number, b: number): number {
  if (!(x > 0 && x < 1)) return NaN;
  if (Math.min(a, b) < STIRLING_FROM) return Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b));
  const total = a + b;
  // The nearer end of [0, 1] leaves more digits of the difference.
  const fromMean = x < 0.5 ? x - a / total : b / total - (1 - x);
  const exponent = a * logOnePlusRemainder((fromMean * total) / a) + b * logOnePlusRemainder((-fromMean * total) / b);
  const remainder = stirlingCorrection(total) - stirlingCorrection(a) - stirlingCorrection(b);
  return Math.sqrt(((a / total) * b) / (2 * Math.PI)) * Math.exp(remainder - exponent);
}
