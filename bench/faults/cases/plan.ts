import type { Draws } from "../../../simulation/random/draws";
import type { Candidate } from "../invariants/ending";

/**
 * Who is asked for an experiment.
 *
 * controller: somebody applies it to the cluster.
 * pulumi: a `pulumi up` that drives it itself.
 * auto: a `pulumi up` that leaves it to the controller, and steps in when there is none any more.
 */
export const DOORS = ["controller", "pulumi", "auto"] as const;
export type Door = (typeof DOORS)[number];

/** One experiment of the bench, as the seed wants it. */
export interface CasePlan {
  readonly index: number;
  readonly namespace: string;
  readonly door: Door;
  readonly candidate: Candidate;
  readonly strategy: "check_and_increment" | "increment_without_check" | "guarded";
  readonly intervalSeconds: number;
  readonly step: number;
  readonly maxWeight: number;
  readonly maxIterations: number;
  /** Whether the loser is to be deleted. */
  readonly cleanup: boolean;
}

/** The prefix of the namespaces that the bench makes. */
export const NAMESPACE_PREFIX = "faults-";

export function drawCase(index: number, draws: Draws, doors: readonly Door[]): CasePlan {
  const candidate = draws.uniform() < 0.6 ? "good" : "bad";
  // What is not checked promotes whatever it is given.
  const strategies = ["check_and_increment", "guarded", ...(candidate === "good" ? ["increment_without_check"] : [])];
  const strategy = pick(draws, strategies) as CasePlan["strategy"];
  const guarded = strategy === "guarded";
  return {
    index,
    namespace: `${NAMESPACE_PREFIX}${String(index).padStart(3, "0")}`,
    door: pick(draws, doors),
    candidate,
    strategy,
    // The guarded strategy begins small: it needs some time for a verdict.
    intervalSeconds: guarded ? between(draws, 2, 3) : between(draws, 1, 3),
    step: between(draws, 10, 34),
    maxWeight: pick(draws, [50, 80, 100]),
    maxIterations: guarded ? 8 : between(draws, 4, 8),
    cleanup: draws.uniform() < 0.3,
  };
}

/** One of these, each with the same probability. */
export function pick<T>(draws: Draws, from: readonly T[]): T {
  return from[Math.floor(draws.uniform() * from.length)] as T;
}

/** A whole number from `least` to `most`. */
export function between(draws: Draws, least: number, most: number): number {
  return least + Math.floor(draws.uniform() * (most - least + 1));
}
