import { riemannZeta } from "../special/riemannZeta";

/**
 * The polynomial stitched boundary: with probability 1 − α, a sub-gamma process S with scale c stays below bound(V) at
 * all times at once, where with w = max(v, vMin)
 *
 *     bound(v) = √(k₁² w ℓ + (k₂ c ℓ)²) + k₂ c ℓ,
 *     ℓ = s ln ln (η w / vMin) + ln (ζ(s) / (α lnˢ η)),
 *     k₁ = (η^¼ + η^−¼) / √2,  k₂ = (√η + 1) / 2.
 *
 * Time is cut into epochs that grow by the factor η, and epoch k gets a share of α proportional to k⁻ˢ. c = 0 is the
 * sub-Gaussian case; a negative c (a lighter tail than that) is valid too.
 *
 * Domain: v ≥ 0, vMin > 0, 0 < alpha < 1, s > 1, eta > 1, c finite, NaN elsewhere.
 *
 * Howard, Ramdas, McAuliffe & Sekhon, arXiv:1810.08240, Theorem 1 with h(k) ∝ kˢ.
 *
 * @example polyStitchingBound(100, 0.05, 10, 3) // 64.487546659065
 */
export function polyStitchingBound(
  v: number,
  alpha: number,
  vMin: number,
  c: number = 0,
  s: number = 1.4,
  eta: number = 2,
): number {
  if (!(v >= 0 && v < Infinity && vMin > 0 && alpha > 0 && alpha < 1 && s > 1 && eta > 1)) return NaN;
  const w = Math.max(v, vMin);
  const k1 = (eta ** 0.25 + eta ** -0.25) / Math.SQRT2;
  const k2 = (Math.sqrt(eta) + 1) / 2;
  const epoch = Math.log((eta * w) / vMin) / Math.log(eta);
  const ell = s * Math.log(epoch) + Math.log(riemannZeta(s) / alpha);
  const scale = k2 * c * ell;
  return Math.sqrt(k1 * k1 * w * ell + scale * scale) + scale;
}
