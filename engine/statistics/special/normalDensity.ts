const SQRT_TWO_PI = 2.5066282746310007;

/**
 * The density of the standard normal distribution, φ(x) = exp(−x² / 2) / √(2π).
 *
 * Domain: every x, NaN for NaN.
 *
 * Abramowitz & Stegun 26.2.1.
 *
 * @example normalDensity(0) // 0.3989422804014327
 */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / SQRT_TWO_PI;
}
