const DENSITY_AT_ZERO = 0.3989422804014327;

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
  return DENSITY_AT_ZERO * Math.exp(-0.5 * x * x);
}
