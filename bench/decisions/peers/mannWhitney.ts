import { normalQuantile } from "../../../engine/statistics/special/normalQuantile";

/** By how much one sample lies above the other. */
export interface LocationShift {
  /** Hodges–Lehmann: the median of all pairwise differences. */
  readonly estimate: number;
  /** The ends of the confidence interval of the shift. */
  readonly lower: number;
  readonly upper: number;
}

/**
 * The shift of `x` against `y`, with the confidence interval that inverts the Mann–Whitney test in its normal
 * approximation: continuity correction ½, and a variance that is corrected for ties. The ends are pairwise differences,
 * never beyond the smallest and the largest one. A numerical root finder, as R and Kayenta use, comes to the same ends up
 * to its tolerance.
 *
 * For a shift d let U(d) be the number of differences above d. Then d is in the interval while
 * |U(d) − nm/2| − ½ ≤ z σ, with σ² = nm/12 · (N + 1 − Σ(t³ − t) / (N (N − 1))), N = n + m, over the groups of t equal values.
 *
 * Domain: both samples have a value at least, NaN elsewhere.
 *
 * Hollander & Wolfe, Nonparametric Statistical Methods, 4.2 and 4.3.
 *
 * @example locationShift([4, 5, 6], [1, 2, 3], 0.98) // { estimate: 3, lower: 1, upper: 5 }
 */
export function locationShift(x: readonly number[], y: readonly number[], confidence: number): LocationShift {
  const differences = Float64Array.from(x.flatMap((a) => y.map((b) => a - b))).sort();
  const pairs = differences.length;
  const z = normalQuantile((1 + confidence) / 2);
  const beyond = Math.floor(pairs / 2 + 0.5 + z * Math.sqrt(rankVariance(x, y)));
  const at = (place: number): number => differences[Math.min(pairs - 1, Math.max(0, place))] ?? NaN;
  return {
    estimate: (at(Math.floor((pairs - 1) / 2)) + at(Math.floor(pairs / 2))) / 2,
    lower: at(pairs - 1 - beyond),
    upper: at(beyond),
  };
}

/** σ² of U when the two samples are alike; ties between the samples are broken by the shift, so they count within each. */
function rankVariance(x: readonly number[], y: readonly number[]): number {
  const all = x.length + y.length;
  const pairs = x.length * y.length;
  const ties = tieSum(x) + tieSum(y);
  return (pairs / 12) * (all + 1 - ties / (all * (all - 1)));
}

/** Σ(t³ − t) over the groups of t equal values. */
function tieSum(values: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  let sum = 0;
  for (const size of sizes.values()) sum += size ** 3 - size;
  return sum;
}
