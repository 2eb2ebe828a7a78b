import { releasesOf, type Release } from "../scale/load/releases";

/** Releases that are measured together: how their candidates turn bad, and what they are judged by. */
export interface ReactionSet {
  readonly name: string;
  /** Share of the candidate's requests that fail once it has turned bad, 0 to 1. */
  readonly errorRate: number;
  /** Whether the latency is judged too. */
  readonly withLatency: boolean;
}

export const SETS: readonly ReactionSet[] = [
  { name: "100 % errors", errorRate: 1, withLatency: false },
  { name: "30 % errors", errorRate: 0.3, withLatency: false },
  { name: "100 % errors, latency judged too", errorRate: 1, withLatency: true },
  { name: "30 % errors, latency judged too", errorRate: 0.3, withLatency: true },
];

/** A candidate turns bad within so many ms after it first has this share of the traffic, in percent. */
export const TURN = { atWeight: 10, withinMs: 2_000 } as const;
/** Of each Service. */
export const REQUESTS_PER_SECOND = 100;

/**
 * The releases of a set. Their candidates have no errors at all until they turn bad, so that the first one shows.
 *
 * @param round from 1; tells the names of one set from those of another
 */
export function releasesOfSet({ errorRate }: ReactionSet, round: number, count: number): readonly Release[] {
  return releasesOf(count, round, new Map()).map((release, i) => ({
    ...release,
    behaviour: "turnsBad",
    traffic: {
      requestsPerSecond: REQUESTS_PER_SECOND,
      goodErrorRate: 0,
      badErrorRate: errorRate,
      turnsBadAt: TURN.atWeight,
      turnsBadAfterMs: Math.round(TURN.withinMs * spread(i).turn),
      whole: true,
    },
  }));
}

/** The first two coordinates' steps of Roberts' R2 sequence: any few of its points in a row fill the square evenly. */
const STEPS = { start: 0.7548776662466927, turn: 0.5698402909980532 };

/**
 * Two shares of a time, 0 to 1, by which the i-th release begins later and its candidate turns bad later: so that scrapes,
 * iterations and turns fall together in every way, and in each run in the same.
 */
export function spread(i: number): { readonly start: number; readonly turn: number } {
  return { start: (i * STEPS.start) % 1, turn: (i * STEPS.turn) % 1 };
}
