import { EFFECT } from "../../engine/sequential/means";
import type { Interval } from "./band";

/** What is kept of batches of values, of n requests with mean x each. */
export interface Batches {
  readonly count: number;
  /** Sum of n. */
  readonly requests: number;
  /** Sum of sqrt(n). */
  readonly roots: number;
  /** Sum of sqrt(n) x. */
  readonly rootSums: number;
  /** Sum of n x. */
  readonly sum: number;
  /** Sum of n x^2. */
  readonly squares: number;
}

export const NO_BATCHES: Batches = { count: 0, requests: 0, roots: 0, rootSums: 0, sum: 0, squares: 0 };

/** With one more batch, of at least one request. */
export function addBatch(seen: Batches, requests: number, sum: number): Batches {
  const root = Math.sqrt(requests);
  return {
    count: seen.count + 1,
    requests: seen.requests + requests,
    roots: seen.roots + root,
    rootSums: seen.rootSums + sum / root,
    sum: seen.sum + sum,
    squares: seen.squares + (sum * sum) / requests,
  };
}

/**
 * The confidence sequence of a mean: every mu whose t-mixture (engine/statistics/tMixture) over the observations
 * sqrt(n) (x - mu) is below 1 / alpha. With probability 1 - alpha it contains the mean at all looks at once, if batch means
 * are normal with a variance that goes with 1 / n.
 *
 * With S = A - mu B the sum of the observations, Q = C - 2 mu D + mu^2 N their sum of squares and g = EFFECT^2, the mixture
 * is below 1 / alpha where g S^2 < k Q, k = (1 + t g) (1 - (alpha^2 / (1 + t g))^(1/t)): between the roots of a quadratic.
 * null as long as nothing is excluded on one of the sides, which takes a few batches.
 *
 * @example meanInterval(addBatch(addBatch(addBatch(NO_BATCHES, 1, 9), 1, 10), 1, 11), 0.5) // [8.40..., 11.59...]
 */
export function meanInterval(
  { count, requests, roots, rootSums, sum, squares }: Batches,
  alpha: number,
): Interval | null {
  if (count === 0) return null;
  const gain = EFFECT * EFFECT;
  const spread = 1 + count * gain;
  const limit = spread * -Math.expm1(Math.log((alpha * alpha) / spread) / count);
  const quadratic = gain * roots * roots - limit * requests;
  const linear = gain * rootSums * roots - limit * sum;
  const constant = gain * rootSums * rootSums - limit * squares;
  // (quadratic) mu^2 - 2 (linear) mu + (constant) < 0
  const root = Math.sqrt(linear * linear - quadratic * constant);
  if (!(quadratic > 0 && root >= 0)) return null;
  return [(linear - root) / quadratic, (linear + root) / quadratic];
}
