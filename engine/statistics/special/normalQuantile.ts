import { normalCdf } from "./normalCdf";
import { normalCentralArea } from "./normalCentralArea";
import { normalDensity } from "./normalDensity";

const CENTRAL = 0.47;
const STEPS = 4;

/** A start with an absolute error of 4.5e-4 at most, for 0 < p ≤ ½. */
function firstGuess(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  const denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  return numerator / denominator - t;
}

/**
 * The quantile function of the standard normal distribution, Φ⁻¹(p): a rational start, then steps of Halley's method
 * on Φ(x) = p.
 *
 * Domain: 0 ≤ p ≤ 1, NaN elsewhere.
 *
 * Abramowitz & Stegun 26.2.23 (the start).
 *
 * @example normalQuantile(0.975) // 1.9599639845400538
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  // Around the median p − ½ has more digits left than p has, and the quantile is as small as that.
  const isCentral = 0.5 - p < CENTRAL;
  let x = firstGuess(p);
  for (let step = 0; step < STEPS; step++) {
    const excess = isCentral ? normalCentralArea(x) - (p - 0.5) : normalCdf(x) - p;
    const newton = excess / normalDensity(x);
    x -= newton / (1 + (x * newton) / 2);
  }
  return x;
}
