/** A number of successes, where it is likely at all: ten standard deviations around its mean. */
export interface Binomial {
  readonly requests: number;
  readonly from: number;
  readonly to: number;
  /** Of exactly k. */
  readonly probability: (k: number) => number;
  /** Of k or fewer. */
  readonly atMost: (k: number) => number;
}

/** @param share probability of each success, between 0 and 1 */
export function binomial(requests: number, share: number): Binomial {
  const mean = requests * share;
  const width = 10 * Math.sqrt(mean * (1 - share)) + 20;
  const from = Math.max(0, Math.floor(mean - width));
  const to = Math.min(requests, Math.ceil(mean + width));
  const mode = Math.min(to, Math.max(from, Math.floor((requests + 1) * share)));
  const relative = new Map([[mode, 1]]);
  const odds = share / (1 - share);
  for (let k = mode + 1; k <= to; k++) relative.set(k, at(relative, k - 1) * ((requests - k + 1) / k) * odds);
  for (let k = mode - 1; k >= from; k--) relative.set(k, (at(relative, k + 1) * ((k + 1) / (requests - k))) / odds);
  const total = [...relative.values()].reduce((sum, one) => sum + one, 0);
  const sums = new Map<number, number>();
  for (let k = from, sum = 0; k <= to; k++) sums.set(k, (sum += at(relative, k) / total));
  return {
    requests,
    from,
    to,
    probability: (k) => at(relative, k) / total,
    atMost: (k) => (k < from ? 0 : k >= to ? 1 : at(sums, k)),
  };
}

function at(table: ReadonlyMap<number, number>, k: number): number {
  return table.get(k) ?? 0;
}
