import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import type { History } from "../history/history";
import { momentsOf, type Moment } from "../history/moments";
import { candidateShare, flawOf } from "./routeState";
import type { Tally } from "./tally";

export interface RouteOptions {
  /** Time within which a foreign edit is to be put right while nothing else is wrong, in ms. */
  readonly repairMs: number;
  /** How much of a stretch of time was free of faults that keep drivers from working, in ms. */
  readonly calmMs: (from: number, to: number) => number;
}

interface Edit {
  readonly at: number;
  readonly revision: number;
}

/**
 * The route through the whole experiment: its weights, that the record had them first, and that what the adversary did
 * was put right. Between an edit and the first state that is right again, nothing else is asked of the route.
 *
 * @returns how long each repair took, in ms
 */
export function checkRoute(history: History, { repairMs, calmMs }: RouteOptions, tally: Tally): number[] {
  const repairs: number[] = [];
  const recorded = [0];
  let edit: Edit | undefined;
  let endedAt: number | undefined;
  const judge = (done: number, how: string): void => {
    if (edit === undefined) return;
    const calm = calmMs(edit.at, done);
    const { revision } = edit;
    tally.expect(
      "repair",
      calm <= repairMs,
      done,
      () => `the edit at revision ${revision} was ${how} after ${calm} ms of calm`,
    );
  };

  for (const moment of momentsOf(history)) {
    if (moment.experiment?.metadata.deletionTimestamp !== undefined) break;
    noteWeight(recorded, moment.experiment);
    if (moment.foreign) edit ??= moment;
    if (moment.experiment?.status?.serin?.stage === "ended") endedAt ??= moment.at;
    if (moment.virtualService === undefined) continue;
    const flaw = flawOf(moment.virtualService, moment.destinationRule);
    const share = candidateShare(moment.virtualService, moment.destinationRule);
    const isRight = flaw === undefined && isRecorded(recorded, share);
    if (edit !== undefined) {
      if (!isRight) continue;
      judge(moment.at, "put right");
      repairs.push(moment.at - edit.at);
      edit = undefined;
    }
    if (flaw !== undefined && moment.beforeGap) continue;
    tally.expect("weights", flaw === undefined, moment.at, () => `revision ${moment.revision}: ${flaw}`);
    if (flaw === undefined && moment.changed !== "experiment") checkRecorded(tally, moment, recorded, share);
  }
  if (edit !== undefined && endedAt !== undefined && edit.at < endedAt) judge(endedAt, "still there at the end,");
  return repairs;
}

function noteWeight(recorded: number[], experiment: ExperimentResource | undefined): void {
  const weight = experiment?.status?.trafficSplitPercentage?.candidate;
  if (weight !== undefined && weight !== recorded.at(-1)) recorded.push(weight);
}

/** The recorded weight, or the one before where the route still has to grow to it. A fall is in effect at once or not at all. */
function isRecorded(recorded: readonly number[], share: number): boolean {
  const [before = 0, now = 0] = recorded.length > 1 ? recorded.slice(-2) : [0, recorded[0]];
  return share === now || share === before;
}

function checkRecorded(
  tally: Tally,
  { revision, at, changed }: Moment,
  recorded: readonly number[],
  share: number,
): void {
  const [before = 0, now = 0] = recorded.length > 1 ? recorded.slice(-2) : [0, recorded[0]];
  const holds = share === now || (share === before && (before < now || changed === "destinationRule"));
  tally.expect("recordFirst", holds, at, () => {
    const ahead = recorded.includes(share) ? "an old weight" : "ahead of the record";
    return `revision ${revision}: the route gives the candidate ${share} %, ${ahead}, which says ${now} % after ${before} %`;
  });
}
