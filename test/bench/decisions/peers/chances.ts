import type { Decision } from "../../../../bench/decisions/peers/rule";

/**
 * Probability that a rule rolls back, when each of its looks fails with the same probability and independently of the
 * others; by following every course that a release can take.
 *
 * @param look one look, the `at`-th from 1 on, given whether it passes
 */
export function chanceOfRollback<State>(
  start: State,
  failing: number,
  look: (state: State, passed: boolean, at: number) => Decision<State>,
): number {
  const seen = new Map<string, number>();
  const from = (state: State, at: number): number => {
    const key = JSON.stringify([state, at]);
    const known = seen.get(key);
    if (known !== undefined) return known;
    const after = (passed: boolean): number => {
      const { state: next, verdict } = look(state, passed, at);
      if (verdict !== undefined) return verdict === "rolledBack" ? 1 : 0;
      return from(next, at + 1);
    };
    const chance = failing * after(false) + (1 - failing) * after(true);
    seen.set(key, chance);
    return chance;
  };
  return from(start, 1);
}

/** P(Binomial(n, p) >= k). */
export function atLeast(k: number, n: number, p: number): number {
  const choose = (from: number, of: number): number => (of === 0 ? 1 : (choose(from - 1, of - 1) * from) / of);
  return Array.from({ length: n + 1 }, (_, i) => (i < k ? 0 : choose(n, i) * p ** i * (1 - p) ** (n - i))).reduce(
    (sum, term) => sum + term,
    0,
  );
}
