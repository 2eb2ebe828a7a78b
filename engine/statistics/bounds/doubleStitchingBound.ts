import { riemannZeta } from "../special/riemannZeta";

/**
 * The double stitched boundary of the empirical distribution function: with probability 1 − α, for all p and all t at
 * once, no more than p t + bound(p, t) of the first t values are below the p-quantile, and no fewer than
 * p t − bound(1 − p, t) are at or below it. With m = max(t, tOpt),
 *
 *     bound(p, t) = δ √(η m σ² / tOpt) + √(k₁² σ² m ℓ + (k₂ c ℓ)²) + k₂ c ℓ,
 *     ℓ = s ln ln (η m / tOpt) + s ln j + ln (2 ζ(s) (2 ζ(s) + 1) / (α lnˢ η)),
 *     j = √(m / tOpt) |logit p| / (2 δ) + 1,  c = (1 − 2 p) / 3,  σ² = r (1 − r),
 *     k₁ = (η^¼ + η^−¼) / √2,  k₂ = (√η + 1) / 2,
 *
 * and r bounds the next point of the grid of quantiles from the side of ½: it is p from ½ on, and below that
 * logit r = logit p + 2 δ √(η tOpt / m), at most 0. Epochs of time grow by the factor η, δ is the fineness of the grid,
 * and s governs how α is shared out among both.
 *
 * Domain: 0 < p < 1, t ≥ 0, tOpt ≥ 1, 0 < alpha < 1, delta > 0, s > 1, eta > 1, NaN elsewhere.
 *
 * Howard & Ramdas, "Sequential estimation of quantiles with applications to A/B testing and best-arm identification",
 * Bernoulli 28 (2022), arXiv:1906.09712, the theorem on double stitching.
 *
 * @example doubleStitchingBound(0.9, 1000, 0.05, 100) // 43.7211936103715
 */
export function doubleStitchingBound(
  p: number,
  t: number,
  alpha: number,
  tOpt: number,
  delta: number = 0.5,
  s: number = 1.4,
  eta: number = 2,
): number {
  if (!(p > 0 && p < 1 && t >= 0 && t < Infinity && tOpt >= 1 && alpha > 0 && alpha < 1)) return NaN;
  if (!(delta > 0 && s > 1 && eta > 1)) return NaN;
  const m = Math.max(t, tOpt);
  const ratio = m / tOpt;
  const logit = Math.log(p) - Math.log1p(-p);

  const gridLogit = Math.min(0, logit + 2 * delta * Math.sqrt(eta / ratio));
  const r = p >= 0.5 ? p : 1 / (1 + Math.exp(-gridLogit));
  const variance = r * (1 - r);

  const k1 = (eta ** 0.25 + eta ** -0.25) / Math.SQRT2;
  const k2 = (Math.sqrt(eta) + 1) / 2;
  const epoch = Math.log(eta * ratio) / Math.log(eta);
  const gridIndex = (Math.sqrt(ratio) * Math.abs(logit)) / (2 * delta) + 1;
  const zeta = riemannZeta(s);
  const ell = s * Math.log(epoch * gridIndex) + Math.log((2 * zeta * (2 * zeta + 1)) / alpha);
  const scale = (k2 * (1 - 2 * p) * ell) / 3;
  return delta * Math.sqrt(eta * ratio * variance) + Math.sqrt(k1 * k1 * variance * m * ell + scale * scale) + scale;
}
