import { derivedSeed } from "../../simulation/random/stream";
import type { Outcome } from "./contestant";
import type { Entrant } from "./entrants";
import { rowName, type Row } from "./rows";

/** What one rule did in the releases of one row. */
export interface Cell {
  readonly releases: number;
  readonly rolledBack: number;
  readonly promoted: number;
  readonly inconclusive: number;
  /** Medians over the releases that were rolled back; absent without one. */
  readonly untilRollback?: { readonly seconds: number; readonly candidateRequests: number };
  /** Mean over all releases of the candidate's failed requests until the verdict. */
  readonly candidateErrors: number;
}

/** Whether the rule can take part in the row. */
export function takesPart({ rule, onlyIn }: Entrant, row: Row): boolean {
  if (onlyIn !== undefined && onlyIn !== row.id) return false;
  return rule.judgesLatency || !row.aboutLatency;
}

/**
 * Simulates the releases of a cell.
 *
 * @param seed of the whole bench; each release of a row has a seed of its own, the same for every rule
 */
export function simulateCell({ rule }: Entrant, row: Row, releases: number, seed: number): Cell {
  const seedOf = (release: number): number => derivedSeed(seed, `${rowName(row)}/${release}`);
  return summarise(Array.from({ length: releases }, (_, i) => rule.release(row.scenario, seedOf(i))));
}

export function summarise(outcomes: readonly Outcome[]): Cell {
  const count = (verdict: Outcome["verdict"]): number => outcomes.filter((o) => o.verdict === verdict).length;
  const ended = outcomes.filter(({ verdict }) => verdict === "rolledBack");
  return {
    releases: outcomes.length,
    rolledBack: ended.length,
    promoted: count("promoted"),
    inconclusive: count("inconclusive"),
    ...(ended.length === 0
      ? {}
      : {
          untilRollback: {
            seconds: median(ended.map(({ seconds }) => seconds)),
            candidateRequests: median(ended.map(({ candidateRequests }) => candidateRequests)),
          },
        }),
    candidateErrors: outcomes.reduce((sum, { candidateErrors }) => sum + candidateErrors, 0) / outcomes.length,
  };
}

/** The middle value; the mean of the middle two of an even number. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const at = (place: number): number => sorted[place] ?? NaN;
  return (at(Math.floor((sorted.length - 1) / 2)) + at(Math.floor(sorted.length / 2))) / 2;
}
