import { planOf } from "../../../adapters/kubernetes/experiment/read";
import type { ExperimentResource, IterationStatus } from "../../../adapters/kubernetes/experiment/resource";
import { STAGES } from "../../../engine";
import type { Version } from "../history/history";
import type { Tally } from "./tally";

/** What a clock may be off between two readings of it for one decision, in ms. */
export const CLOCK_ALLOWANCE_MS = 100;

/** The record through the whole experiment: weights, iterations, and that it only goes forward. */
export function checkRecord(versions: readonly Version<ExperimentResource>[], tally: Tally): void {
  let before: ExperimentResource | undefined;
  for (const { object: now, at, afterGap } of versions) {
    if (now?.status?.serin === undefined) continue;
    if (before !== undefined) {
      if (!afterGap) checkStep(before, now, at, tally);
      if (!afterGap) checkPause(before, now, at, tally);
      checkForward(before, now, at, tally);
    }
    checkIterations(before, now, at, tally);
    before = now;
  }
}

function weightOf({ status }: ExperimentResource): number {
  return status?.trafficSplitPercentage?.candidate ?? 0;
}

function checkStep(before: ExperimentResource, now: ExperimentResource, at: number, tally: Tally): void {
  const [from, to] = [weightOf(before), weightOf(now)];
  if (from === to) return;
  const { step, maxWeight, strategy } = planOf(now).traffic;
  const isPromotion = now.status?.serin?.verdict === "promoted" && to === 100;
  const doubled = strategy === "guarded" && from > 0 ? 2 * from : Infinity;
  const largest = Math.min(from + step, maxWeight, doubled);
  tally.expect(
    "step",
    isPromotion ? from <= maxWeight : to <= largest,
    at,
    () => `the recorded weight goes from ${from} to ${to} % (step ${step}, maximum ${maxWeight}, ${strategy})`,
  );
}

function checkPause(before: ExperimentResource, now: ExperimentResource, at: number, tally: Tally): void {
  const wasPaused = before.status?.serin?.paused === true;
  if (!wasPaused || now.status?.serin?.stage === "ending") return;
  const moved = weightOf(before) !== weightOf(now) || before.status?.currentIteration !== now.status?.currentIteration;
  tally.expect("pause", !moved, at, () => {
    return `paused in iteration ${before.status?.currentIteration} at ${weightOf(before)} %, it goes to ${now.status?.currentIteration} at ${weightOf(now)} %`;
  });
}

function checkForward(before: ExperimentResource, now: ExperimentResource, at: number, tally: Tally): void {
  const [old, fresh] = [before.status?.serin, now.status?.serin];
  const [i, j] = [before.status?.currentIteration ?? 0, now.status?.currentIteration ?? 0];
  const [s, t] = [STAGES.indexOf(old?.stage ?? "waiting"), STAGES.indexOf(fresh?.stage ?? "waiting")];
  const verdictChanged = old?.verdict !== undefined && old.verdict !== fresh?.verdict;
  tally.expect("forward", j >= i && t >= s && !verdictChanged, at, () => {
    const text = (iteration: number, own: typeof old) => `${own?.stage} ${iteration} ${own?.verdict ?? ""}`.trim();
    return `the record goes from ${text(i, old)} to ${text(j, fresh)}`;
  });
}

function checkIterations(
  before: ExperimentResource | undefined,
  now: ExperimentResource,
  at: number,
  tally: Tally,
): void {
  const known = before?.status?.serin?.history ?? [];
  const history = now.status?.serin?.history ?? [];
  const kept = JSON.stringify(history.slice(0, known.length)) === JSON.stringify(known);
  tally.expect("iterations", kept, at, () => `the history of ${known.length} iterations was rewritten`);
  const { intervalMs } = planOf(now).traffic;
  for (let i = known.length; kept && i < history.length; i += 1) {
    const flaw = iterationFlaw(history[i - 1], history[i] as IterationStatus, intervalMs);
    tally.expect("iterations", flaw === undefined, at, () => flaw ?? "");
  }
}

/**
 * Both times of an iteration, and that of the assessment before it, are drivers' own: a driver whose clock is wrong waits
 * by its wrong clock until the recorded start is an interval ago, so no skew makes the recorded gap any smaller.
 */
function iterationFlaw(
  last: IterationStatus | undefined,
  next: IterationStatus,
  intervalMs: number,
): string | undefined {
  const { iteration, startedAt, assessedAt, weight } = next;
  const expected = (last?.iteration ?? 0) + 1;
  if (iteration !== expected) return `iteration ${iteration} was assessed, where ${expected} was due`;
  const least = intervalMs - CLOCK_ALLOWANCE_MS;
  const lasted = Date.parse(assessedAt) - Date.parse(startedAt);
  if (lasted < least) return `iteration ${iteration} at ${weight} % lasted ${lasted} ms of ${intervalMs}`;
  const gap = last === undefined ? Infinity : Date.parse(assessedAt) - Date.parse(last.assessedAt);
  if (gap >= least) return undefined;
  return `iteration ${iteration} at ${weight} % was assessed ${gap} ms after the one before, of ${intervalMs}; it says that it lasted ${lasted} ms`;
}
