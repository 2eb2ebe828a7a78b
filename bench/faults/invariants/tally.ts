/** What must hold, as the report names it. */
export const INVARIANTS = {
  weights: "the route's weights are whole, sum to 100 and name subsets that exist",
  recordFirst: "the route has no weight that was not recorded before",
  step: "the weight grows by one step at most, and not beyond the maximum",
  iterations: "no iteration is repeated, skipped or early",
  forward: "the record never goes back",
  pause: "nothing moves while paused",
  oneDriver: "nobody writes without holding the Lease",
  repair: "a foreign edit is put right in time",
  verdict: "every experiment ends, with a verdict that fits its candidate",
  oneVersion: "an ended experiment sends all traffic to one version",
  leftovers: "nothing is left behind",
} as const;
export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  /** ms of the bench's clock. */
  readonly at: number;
  readonly what: string;
}

/** Counts how often an invariant was looked at, and keeps what was wrong. */
export class Tally {
  readonly checks = new Map<Invariant, number>();
  readonly violations: Violation[] = [];

  /** @param what said only when it does not hold */
  expect(invariant: Invariant, holds: boolean, at: number, what: () => string): void {
    this.checks.set(invariant, (this.checks.get(invariant) ?? 0) + 1);
    if (!holds) this.violations.push({ invariant, at, what: what() });
  }

  /** Takes over what another one has counted. */
  add(other: Tally, prefix = ""): void {
    for (const [invariant, count] of other.checks) {
      this.checks.set(invariant, (this.checks.get(invariant) ?? 0) + count);
    }
    for (const violation of other.violations) this.violations.push({ ...violation, what: prefix + violation.what });
  }
}
