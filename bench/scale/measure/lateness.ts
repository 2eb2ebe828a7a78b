import type { IterationStatus } from "../../../adapters/kubernetes/experiment/resource";
import type { RouteChange } from "../exporter/observations";

/** A change of a candidate's weight, in percent; times are ms since 1970. */
export interface WeightChange {
  readonly at: number;
  readonly weight: number;
}

/** How late the end of an iteration showed in the route. */
export interface Lateness {
  readonly iteration: number;
  /** When the iteration was due to end, by the record. */
  readonly dueAt: number;
  readonly seenAt: number;
  /** After it was due, in ms; below 0 is early. */
  readonly afterDueMs: number;
  /** Time since the change before, less the iterations in between, in ms. */
  readonly gapMs: number;
}

/** The changes of a candidate's weight. It begins at 0. */
export function weightChanges(routes: readonly RouteChange[], candidate: string): readonly WeightChange[] {
  const changes: WeightChange[] = [];
  for (const { at, shares } of routes) {
    const weight = shares[candidate] ?? 0;
    if (weight !== (changes.at(-1)?.weight ?? 0)) changes.push({ at, weight });
  }
  return changes;
}

/**
 * How late each iteration ended that changed the weight. An iteration that holds the weight shows nothing in the route; it
 * only makes the gap an interval longer. One whose change was never seen is left out.
 *
 * @param history the record's iterations, oldest first
 */
export function latenessOf(
  changes: readonly WeightChange[],
  history: readonly IterationStatus[],
  intervalMs: number,
): readonly Lateness[] {
  const found: Lateness[] = [];
  let [place, iterations] = [0, 0];
  for (const { iteration, startedAt, weight, nextWeight } of history) {
    iterations += 1;
    if (nextWeight === weight) continue;
    const next = changes.findIndex((change, i) => i > place && change.weight === nextWeight);
    const [before, change] = [changes[place], changes[next]];
    if (before === undefined || change === undefined) continue;
    const dueAt = Date.parse(startedAt) + intervalMs;
    const seenAt = change.at;
    const gapMs = seenAt - before.at - iterations * intervalMs;
    found.push({ iteration, dueAt, seenAt, afterDueMs: seenAt - dueAt, gapMs });
    [place, iterations] = [next, 0];
  }
  return found;
}

/** The iterations that were going on at a moment and ended after it. */
export function across(all: readonly Lateness[], at: number, intervalMs: number): readonly Lateness[] {
  return all.filter(({ dueAt, seenAt }) => dueAt - intervalMs <= at && seenAt > at);
}
