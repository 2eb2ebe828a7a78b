/**
 * How a percentile limit is held against a histogram: a share of the requests may be slower than a bucket's bound. Where
 * the limit lies between two bounds, harm is counted from the upper one and safety from the lower one, so that neither
 * says more than the data does.
 */
export interface Tail {
  /** Place of the smallest bound at or above the limit; undefined when there is none: harm cannot be seen. */
  readonly upper?: number;
  /** Place of the largest bound at or below the limit; undefined when there is none: safety cannot be seen. */
  readonly lower?: number;
}

/**
 * The bounds that bracket a limit; the same one twice if the limit is a bound.
 *
 * @param bounds rising
 *
 * @example tailAt([100, 250, 500], 300) // { lower: 1, upper: 2 }
 */
export function tailAt(bounds: readonly number[], limit: number): Tail {
  const upper = bounds.findIndex((bound) => bound >= limit);
  if (upper === -1) return bounds.length > 0 ? { lower: bounds.length - 1 } : {};
  const exact = bounds[upper] === limit;
  const lower = exact ? upper : upper - 1;
  return { upper, ...(lower >= 0 ? { lower } : {}) };
}

/**
 * The bound at the given quantile of a histogram: the smallest one that at least this share of the requests stays under.
 * Undefined without requests, or when the quantile lies beyond the last bound.
 *
 * @param buckets requests at most as slow as each bound
 * @param quantile between 0 and 1
 */
export function boundAt(requests: number, buckets: readonly number[], quantile: number): number | undefined {
  if (!(requests > 0)) return undefined;
  const place = buckets.findIndex((count) => count >= quantile * requests);
  return place === -1 ? undefined : place;
}

/** Requests slower than the bound at this place. */
export function slowerThan(
  { requests, buckets = [] }: { readonly requests: number; readonly buckets?: readonly number[] },
  place: number,
): number {
  return requests - (buckets[place] ?? requests);
}
