import { normalCdf } from "../special/normalCdf";
import { findRoot } from "./findRoot";
import { normalMixturePrecision } from "./normalMixturePrecision";

/**
 * The one-sided normal mixture boundary: with probability 1 − α, a sub-Gaussian process S stays below bound(V) at all
 * times at once. The mixture over λ is half-normal, and the boundary is the s where the mixture martingale
 *
 *     2 √(ρ / (v + ρ)) exp(s² / (2 (v + ρ))) Φ(s / √(v + ρ))
 *
 * reaches 1 / α; ρ is tuned for the intrinsic time vOpt and the level alphaOpt.
 *
 * Domain: v ≥ 0, vOpt > 0, 0 < alpha < 1, 0 < alphaOpt < ½, NaN elsewhere.
 *
 * Howard, Ramdas, McAuliffe & Sekhon, arXiv:1810.08240, the one-sided normal mixture.
 *
 * @example normalMixtureBound(100, 0.05, 100) // 27.660708830673197
 */
export function normalMixtureBound(v: number, alpha: number, vOpt: number, alphaOpt: number = 0.05): number {
  const rho = normalMixturePrecision(vOpt, 2 * alphaOpt);
  if (!(v >= 0 && v < Infinity && alpha > 0 && alpha < 1 && rho > 0)) return NaN;
  // In z = s / √(v + ρ) it is z² / 2 + ln 2Φ(z) = target, where the second term lies between 0 and ln 2.
  const target = 0.5 * Math.log1p(v / rho) - Math.log(alpha);
  const excess = (z: number): number => (z * z) / 2 + Math.log(2 * normalCdf(z)) - target;
  // Past the root by a margin, so that rounding does not move the end of the search to its wrong side.
  const atMost = Math.sqrt(2 * target) * (1 + 1e-9) + 1e-9;
  return Math.sqrt(v + rho) * findRoot(excess, 0, atMost);
}
