import { betaKernel } from "./betaKernel";

const MAX_TERMS = 1_000_000;
const TINY = 1e-300;

/** Any number but zero: what the modified Lentz method puts in the place of a vanishing denominator. */
function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/**
 * The continued fraction of Iₓ(a, b) without its factor, for x below about the mean, where it converges fast. It takes
 * y = 1 − x too, because the distance to the mean needs all digits of the smaller of the two.
 */
function continuedFraction(x: number, y: number, a: number, b: number): number {
  const toMean = x < y ? a - (a + b) * x : (a + b) * y - b;
  let denominator = nonZero((a * (toMean + 1)) / (a + 1));
  let c = denominator;
  let d = 0;
  for (let n = 1; n <= MAX_TERMS; n++) {
    const middle = a + 2 * n - 1;
    const product = n * (b - n) * x;
    const numerator = ((a + n - 1) / middle) * ((a + b + n - 1) / middle) * product * x;
    const term = n + product / middle + ((a + n) / (middle + 2)) * (toMean + 1 + n * (1 + y));
    d = 1 / nonZero(term + numerator * d);
    c = nonZero(term + numerator / c);
    denominator *= c * d;
    if (Math.abs(c * d - 1) <= Number.EPSILON) return 1 / denominator;
  }
  return NaN;
}

/**
 * The regularized incomplete beta function Iₓ(a, b), the probability that a Beta(a, b) variable is at most x, by its
 * continued fraction, on the side of the mean where that converges.
 *
 * Domain: 0 ≤ x ≤ 1, a > 0 and b > 0, both finite, NaN elsewhere.
 *
 * DiDonato & Morris, "Algorithm 708", ACM TOMS 18 (1992), equation 9; Lentz's method as in Thompson & Barnett,
 * J. Comput. Phys. 64 (1986).
 *
 * @example regularizedIncompleteBeta(0.5, 2, 3) // 0.6874999999999998, where 11/16 is exact
 */
export function regularizedIncompleteBeta(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1 && a > 0 && b > 0 && a < Infinity && b < Infinity)) return NaN;
  if (x === 0 || x === 1) return x;
  const kernel = betaKernel(x, a, b);
  if (x <= (a + 1) / (a + b + 2)) return kernel * continuedFraction(x, 1 - x, a, b);
  return 1 - kernel * continuedFraction(1 - x, x, b, a);
}
