const REACH = 10;

/**
 * The remainder of Stirling's formula,
 *
 *     Δ(x) = ln Γ(x) − (x − ½) ln x + x − ½ ln 2π,
 *
 * by its asymptotic series Σ B₂ₖ / (2k (2k − 1) x²ᵏ⁻¹). Eight terms are exact to a double from x = 10 on.
 *
 * Domain: x ≥ 10, NaN elsewhere.
 *
 * DLMF §5.11.1; DiDonato & Morris, "Algorithm 708", ACM TOMS 18 (1992), §6.
 *
 * @example stirlingCorrection(10) // 0.00833056343336287
 */
export function stirlingCorrection(x: number): number {
  if (!(x >= REACH)) return NaN;
  const u = 1 / x;
  const w = u * u;
  const sum =
    1 / 12 +
    w *
      (-1 / 360 +
        w *
          (1 / 1260 + w * (-1 / 1680 + w * (1 / 1188 + w * (-691 / 360_360 + w * (1 / 156 + w * (-3617 / 122_400)))))));
  return sum * u;
}
