/**
 * What the tangent at zero leaves of the logarithm, x − ln(1 + x) ≥ 0. Close to zero both terms cancel; there it is
 * r x − 2 (r³/3 + r⁵/5 + …) with r = x / (2 + x), from ln(1 + x) = 2 artanh r.
 *
 * Domain: x > −1, NaN elsewhere.
 *
 * DLMF §4.6.4; DiDonato & Morris, "Algorithm 708", ACM TOMS 18 (1992), the function φ.
 *
 * @example logOnePlusRemainder(1)    // 0.3068528194400547, which is 1 − ln 2
 * @example logOnePlusRemainder(1e-9) // 4.999999996666666e-19
 */
export function logOnePlusRemainder(x: number): number {
  if (!(x > -1)) return NaN;
  if (Math.abs(x) > 0.4) return x - Math.log1p(x);
  const r = x / (2 + x);
  const square = r * r;
  let power = square * r;
  let sum = 0;
  // |r| ≤ ¼, so that 14 terms reach past the last bit of a double.
  for (let odd = 3; odd <= 29; odd += 2) {
    sum += power / odd;
    power *= square;
  }
  return r * x - 2 * sum;
}
