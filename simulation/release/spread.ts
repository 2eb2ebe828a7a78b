/** Where most of the values lie. */
export interface Spread {
  /** A tenth of the values is at most this. */
  readonly p10: number;
  readonly median: number;
  /** A tenth of the values is at least this. */
  readonly p90: number;
}

/**
 * The quantiles of some values, linear between neighbours; undefined for none.
 *
 * @example spreadOf([4, 1, 3, 2, 5]) // { p10: 1.4, median: 3, p90: 4.6 }
 */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  return { p10: quantile(sorted, 0.1), median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) };
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return below + (above - below) * (place - Math.floor(place));
}

/** NaN for no values. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
