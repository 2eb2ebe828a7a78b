/** What is told of many numbers of one kind; NaN where there are none. */
export interface Distribution {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Nearest-rank percentiles. @example distribution([3, 1, 2]).p50 // 2 */
export function distribution(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * count) - 1)] ?? NaN;
  return { count, min: at(0), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
