import { normalMixturePrecision } from "./normalMixturePrecision";

/**
 * The two-sided normal mixture boundary: with probability 1 − α, a sub-Gaussian process S stays within ±bound(V) at
 * all times at once, where
 *
 *     bound(v) = √((v + ρ) (ln (1 + v / ρ) + 2 ln α⁻¹))
 *
 * and ρ is tuned for the intrinsic time vOpt and the level alphaOpt.
 *
 * Domain: v ≥ 0, vOpt > 0, 0 < alpha < 1, 0 < alphaOpt < 1, NaN elsewhere.
 *
 * Howard, Ramdas, McAuliffe & Sekhon, arXiv:1810.08240, the two-sided normal mixture (after Robbins, 1970).
 *
 * @example twoSidedNormalMixtureBound(100, 0.05, 100) // 30.35208990376253
 */
export function twoSidedNormalMixtureBound(v: number, alpha: number, vOpt: number, alphaOpt: number = 0.05): number {
  if (!(v >= 0 && v < Infinity && alpha > 0 && alpha < 1)) return NaN;
  const rho = normalMixturePrecision(vOpt, alphaOpt);
  return Math.sqrt((v + rho) * (Math.log1p(v / rho) - 2 * Math.log(alpha)));
}
