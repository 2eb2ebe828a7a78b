import { normalDensity } from "./normalDensity";

const REACH = 3;

/**
 * The signed area under the standard normal density between 0 and x, Φ(x) − ½, by the series
 * φ(x) (x + x³/3 + x⁵/(3·5) + …). All its terms have one sign, so that it is accurate close to zero too.
 *
 * Domain: |x| ≤ 3, NaN elsewhere.
 *
 * Abramowitz & Stegun 26.2.11.
 *
 * @example normalCentralArea(1) // 0.341344746068543
 */
export function normalCentralArea(x: number): number {
  if (!(Math.abs(x) <= REACH)) return NaN;
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > Number.EPSILON * 0.1 * Math.abs(sum); odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return normalDensity(x) * sum;
}
