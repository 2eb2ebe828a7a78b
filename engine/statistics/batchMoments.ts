/** A batch of values of which only the number and the sum are known. */
export interface Batch {
  readonly requests: number;
  readonly sum: number;
}

/**
 * What batches tell of single values: their mean, and their standard deviation as far as it shows between batches,
 * sqrt(sum of n (batch mean - mean)^2 / (batches - 1)). NaN without a batch, and a deviation of 0 with a single one.
 *
 * @param batches of at least one request each
 *
 * @example batchMoments([{ requests: 4, sum: 4 }, { requests: 4, sum: 12 }]) // { mean: 2, deviation: sqrt(8) = 2.828427... }
 */
export function batchMoments(batches: readonly Batch[]): { readonly mean: number; readonly deviation: number } {
  const requests = batches.reduce((total, batch) => total + batch.requests, 0);
  const mean = batches.reduce((total, batch) => total + batch.sum, 0) / requests;
  const squares = batches.reduce((total, b) => total + b.requests * (b.sum / b.requests - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, batches.length - 1)) };
}
