/**
 * The parameter ρ of the two-sided normal mixture boundary that makes it about as low as it can be at intrinsic time
 * vOpt,
 *
 *     ρ = vOpt / (2 ln α⁻¹ + ln (1 + 2 ln α⁻¹)),
 *
 * an approximation of vOpt / (−W₋₁(−α² / e) − 1). The mixture over λ is normal with mean 0 and variance 1 / ρ. The
 * one-sided boundary takes the ρ of 2α.
 *
 * Domain: vOpt > 0, 0 < alpha < 1, NaN elsewhere.
 *
 * Howard, Ramdas, McAuliffe & Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences",
 * Ann. Statist. 49 (2021), arXiv:1810.08240, on the tuning of the normal mixture.
 *
 * @example normalMixturePrecision(100, 0.05) // 12.60056097925634
 */
export function normalMixturePrecision(vOpt: number, alpha: number): number {
  if (!(vOpt > 0 && vOpt < Infinity && alpha > 0 && alpha < 1)) return NaN;
  const twiceLog = -2 * Math.log(alpha);
  return vOpt / (twiceLog + Math.log1p(twiceLog));
}
