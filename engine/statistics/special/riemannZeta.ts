const HEAD = 10;

/** B₂ₖ / (2k)! for k = 1 … 8. */
const WEIGHTS: readonly number[] = [
  1 / 12,
  -1 / 720,
  1 / 30_240,
  -1 / 1_209_600,
  1 / 47_900_160,
  -691 / 1_307_674_368_000,
  1 / 74_724_249_600,
  -3617 / 10_670_622_842_880_000,
];

/**
 * Riemann's zeta function on the real axis, ζ(s) = Σ n⁻ˢ, by the Euler–Maclaurin summation of the terms past n = 10.
 *
 * Domain: s > 1, NaN elsewhere.
 *
 * DLMF §25.2.9.
 *
 * @example riemannZeta(2) // 1.6449340668482264, which is π² / 6
 */
export function riemannZeta(s: number): number {
  if (!(s > 1)) return NaN;
  let head = 0;
  for (let n = HEAD - 1; n >= 1; n--) head += n ** -s;
  const atHead = HEAD ** -s;
  const integral = (HEAD * atHead) / (s - 1);

  // The odd derivatives of n⁻ˢ at the head, each from the one before.
  let derivative = (s * atHead) / HEAD;
  let correction = 0;
  WEIGHTS.forEach((weight, i) => {
    correction += weight * derivative;
    derivative *= ((s + 2 * i + 1) * (s + 2 * i + 2)) / (HEAD * HEAD);
  });
  // At s = Infinity the derivatives are 0 · ∞, where nothing but the first term is left.
  return s < Infinity ? head + atHead / 2 + integral + correction : 1;
}
