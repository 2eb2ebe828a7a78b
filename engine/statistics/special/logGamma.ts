import { riemannZeta } from "./riemannZeta";
import { stirlingCorrection } from "./stirlingCorrection";

const HALF_LOG_TWO_PI = 0.9189385332046728;
const EULER_GAMMA = 0.5772156649015329;
const STIRLING_FROM = 10;

/** (−1)ᵏ (ζ(k) − 1) / k for k = 2, 3, …: with |z| ≤ ½ the terms shrink at least by four each. */
const COEFFICIENTS = Float64Array.from({ length: 27 }, (_, i) => {
  const k = i + 2;
  return ((k % 2 === 0 ? 1 : -1) * (riemannZeta(k) - 1)) / k;
});

/** ln Γ(2 + z) for |z| ≤ ½, which keeps its relative accuracy at the root z = 0. */
function logGammaAroundTwo(z: number): number {
  let sum = 0;
  for (let i = COEFFICIENTS.length - 1; i >= 0; i--) sum = (COEFFICIENTS[i] as number) + sum * z;
  return z * (1 - EULER_GAMMA + z * sum);
}

/**
 * The natural logarithm of the gamma function, ln Γ(x): Stirling's series from x = 10 on, and below it the Taylor
 * series around 2, to which the recurrence Γ(x + 1) = x Γ(x) leads.
 *
 * Domain: x > 0, NaN elsewhere.
 *
 * Abramowitz & Stegun 6.1.15, 6.1.33 and 6.1.41.
 *
 * @example logGamma(0.5) // 0.5723649429247001, which is ln √π
 * @example logGamma(101) // 363.73937555556347, which is ln 100!
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return NaN;
  if (x === Infinity) return Infinity;
  if (x >= STIRLING_FROM) return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingCorrection(x);
  if (x < 0.5) return logGamma(x + 1) - Math.log(x);
  // log1p, since here the logarithm and the series go to zero together.
  if (x < 1.5) return logGammaAroundTwo(x - 1) - Math.log1p(x - 1);
  let shifted = x;
  let product = 1;
  while (shifted > 2.5) {
    shifted -= 1;
    product *= shifted;
  }
  return Math.log(product) + logGammaAroundTwo(shifted - 2);
}
