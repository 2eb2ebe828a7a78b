import type { Observations } from "../exporter/observations";
import { PLAN } from "../load/plan";
import { experimentKey, serviceKey, type Release } from "../load/releases";
import { distribution, type Distribution } from "./distribution";
import { compareEvents, type Told } from "./events";
import { latenessOf, weightChanges, type Lateness, type WeightChange } from "./lateness";
import { jumps, mistake, repetitions, type Mistake } from "./outcome";

/** A change this much before it was due is early; less is the clock's and the watch's inaccuracy. */
export const EARLY_MS = 50;

/** What the releases of a round did. Times are in ms. */
export interface Evaluation {
  readonly releases: number;
  readonly completed: number;
  /** From the beginning of the round to the last release's end; undefined while one has not ended. */
  readonly wallMs?: number;
  /** From the moment an Experiment was seen to its candidate's first requests. */
  readonly firstWeight: Distribution;
  /** From the moment a good candidate's Experiment was seen to all traffic on the candidate. */
  readonly promotion: Distribution;
  /** From an iteration's due time to the controller's decision, by the record alone. */
  readonly decision: Distribution;
  /** From an iteration's due time to the change of the route. */
  readonly afterDue: Distribution;
  readonly gap: Distribution;
  readonly early: number;
  /** From a bad candidate's first requests, or from the moment it turned bad, to its last. */
  readonly badToZero: Distribution;
  readonly turnToZero: Distribution;
  readonly mistakes: Readonly<Partial<Record<Mistake, number>>>;
  readonly jumps: number;
  readonly doubledIterations: number;
  readonly lostIterations: number;
  readonly events: { readonly lost: number; readonly doubled: number };
}

/** One release, as it was seen. */
interface Seen {
  readonly release: Release;
  readonly changes: readonly WeightChange[];
  readonly experiment: Observations["experiments"][string] | undefined;
}

/**
 * Judges a round.
 *
 * @param from when its first Experiment was created, in ms since 1970
 * @param told the Events of each Experiment
 */
export function evaluate(
  releases: readonly Release[],
  observations: Observations,
  told: ReadonlyMap<string, Told>,
  from: number,
): Evaluation {
  const all = releases.map((release) => see(release, observations));
  const ends = all.flatMap(({ experiment }) => experiment?.completedAt ?? []);
  const late = latenessOfRound(releases, observations);
  const histories = all.map(({ experiment }) => experiment?.history ?? []);
  const repeated = histories.map(repetitions);
  const finished = all.filter(({ experiment }) => experiment?.completedAt !== undefined);
  const events = finished.map(({ release, experiment }) =>
    compareEvents(experiment?.history ?? [], told.get(experimentKey(release))),
  );
  const sinceSeen = (some: readonly Seen[], pick: (changes: readonly WeightChange[]) => WeightChange | undefined) =>
    distribution(
      some.flatMap(({ experiment, changes }) => {
        const change = pick(changes);
        return experiment === undefined || change === undefined ? [] : [change.at - experiment.seenAt];
      }),
    );
  return {
    releases: releases.length,
    completed: ends.length,
    ...(ends.length === releases.length ? { wallMs: Math.max(...ends) - from } : {}),
    firstWeight: sinceSeen(all, (changes) => changes[0]),
    promotion: sinceSeen(
      all.filter(({ release }) => release.behaviour === "good"),
      (changes) => changes.find(({ weight }) => weight === 100),
    ),
    decision: distribution(
      histories.flat().map(({ startedAt, assessedAt }) => {
        return Date.parse(assessedAt) - Date.parse(startedAt) - PLAN.intervalMs;
      }),
    ),
    afterDue: distribution(late.map(({ afterDueMs }) => afterDueMs)),
    gap: distribution(late.map(({ gapMs }) => gapMs)),
    early: late.filter(({ afterDueMs }) => afterDueMs < -EARLY_MS).length,
    badToZero: toZero(all, "bad", ({ changes }) => changes[0]?.at),
    turnToZero: toZero(all, "turnsBad", ({ release }) => observations.turnedBad[serviceKey(release)]),
    mistakes: count(all.flatMap((one) => mistakeOf(one) ?? [])),
    jumps: sum(all.map(({ changes }) => jumps(changes, PLAN))),
    doubledIterations: sum(repeated.map(({ doubled }) => doubled)),
    lostIterations: sum(repeated.map(({ lost }) => lost)),
    events: { lost: sum(events.map(({ lost }) => lost)), doubled: sum(events.map(({ doubled }) => doubled)) },
  };
}

/** How late each iteration of a round ended. */
export function latenessOfRound(releases: readonly Release[], observations: Observations): readonly Lateness[] {
  return releases.flatMap((release) => {
    const { changes, experiment } = see(release, observations);
    return latenessOf(changes, experiment?.history ?? [], PLAN.intervalMs);
  });
}

function see(release: Release, { routes, experiments }: Observations): Seen {
  const changes = weightChanges(routes[serviceKey(release)] ?? [], release.candidate);
  return { release, changes, experiment: experiments[experimentKey(release)] };
}

function mistakeOf({ release, changes, experiment }: Seen): Mistake | undefined {
  return mistake(release, experiment?.completedAt !== undefined, experiment?.verdict, changes);
}

function toZero(
  all: readonly Seen[],
  behaviour: Release["behaviour"],
  since: (one: Seen) => number | undefined,
): Distribution {
  return distribution(
    all.flatMap((one) => {
      const [begin, end] = [since(one), one.changes.find(({ weight }) => weight === 0)?.at];
      return one.release.behaviour !== behaviour || begin === undefined || end === undefined ? [] : [end - begin];
    }),
  );
}

function count<T extends string>(all: readonly T[]): Partial<Record<T, number>> {
  const counts: Partial<Record<T, number>> = {};
  for (const one of all) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
