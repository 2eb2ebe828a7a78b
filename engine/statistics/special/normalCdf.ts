import { normalCentralArea } from "./normalCentralArea";
import { normalDensity } from "./normalDensity";

const TAIL_FROM = 1.9;
const TAIL_TERMS = 120;

/** P(Z > x) for x well above zero: Laplace's continued fraction φ(x) / (x + 1 / (x + 2 / (x + …))), from its end. */
function upperTail(x: number): number {
  let denominator = x;
  for (let k = TAIL_TERMS; k >= 1; k--) denominator = x + k / denominator;
  return normalDensity(x) / denominator;
}

/**
 * The standard normal distribution function Φ(x), with its relative accuracy also in the lower tail.
 *
 * Domain: every x, NaN for NaN.
 *
 * Abramowitz & Stegun 26.2.11 and 26.2.14.
 *
 * @example normalCdf(0)   // 0.5
 * @example normalCdf(-10) // 7.619853024160527e-24
 */
export function normalCdf(x: number): number {
  if (x < -TAIL_FROM) return upperTail(-x);
  if (x > TAIL_FROM) return 1 - upperTail(x);
  return 0.5 + normalCentralArea(x);
}
