import type { MetricHistory, MetricValues } from "../observation";
import type { ReleaseState } from "../state";
import { findSplit, type Finding, type SplitWindow } from "./find";
import type { Counted, SeenSplit, SplitState, Start } from "./state";

/**
 * So many times the requests by which a weight was found not to be in effect show it once more, if it is so; where they
 * leave it open, chance had a part in it.
 */
const UPHELD_BY = 4;

/** What a look shows of the split. */
export interface SplitLook {
  readonly finding: Finding;
  /** Whether the weight is to be held, or to be held on. */
  readonly holds: boolean;
  /** What was counted since the last look; undefined when nothing could be. */
  readonly window?: SplitWindow;
  /** What is to be remembered. */
  readonly split: SplitState;
}

/** Whether the weight is held because it is not in effect. */
export function isHeld({ split }: Pick<ReleaseState, "split">): boolean {
  return split?.held !== undefined;
}

/** The memory of a release that begins, from the counters as they stand; none where they are not known. */
export function startSplit(history: readonly (MetricHistory | undefined)[]): SplitState | undefined {
  const counted = history.map((metric) => (metric?.counts === undefined ? null : countsOf(metric.counts)));
  return counted.some((one) => one !== null) ? { from: { weight: 0, counted } } : undefined;
}

/**
 * The memory of a release that is resumed: the next look only sets where to count from. What happened in the pause may be
 * hours old, and no sign of how the split is now.
 */
export function forgetStart({ seen, held }: SplitState): SplitState {
  return remember(undefined, seen, held);
}

/**
 * Looks at whether the weight is in effect. While it is held, requests are counted since it was last found not to be; else
 * since the look before.
 *
 * @param metrics one entry a criterion, in the criteria's order
 */
export function lookAtSplit(state: ReleaseState, metrics: readonly MetricValues[]): SplitLook {
  const before = state.split ?? {};
  const weight = Math.round(state.weight);
  const counted = metrics.map(countedOf);
  const from = before.from ?? firstStart(state, counted);
  const criterion = before.seen?.criterion ?? busiest(from, counted);
  const restarted = wentBack(from?.counted[criterion], counted[criterion]);
  const anew: Start = { weight, counted, ...(restarted ? { restarted } : {}) };
  const window = restarted || from?.restarted ? undefined : windowOf(state, from, counted, criterion);
  const finding = window === undefined ? "unknown" : found(state, window);

  const held =
    finding === "notInEffect" && window
      ? { told: "split" as const, ...before.held, requests: window.requests }
      : before.held;
  const isOpen = finding === "unknown" && held !== undefined;
  const isUpheld = window === undefined || window.requests < UPHELD_BY * (held?.requests ?? 0);
  const seen = finding === "inEffect" && window !== undefined ? seenIn(window, from, criterion, counted) : before.seen;
  return {
    finding,
    holds: finding === "notInEffect" || (isOpen && isUpheld),
    window,
    split: remember(isOpen && window !== undefined ? from : anew, seen, held),
  };
}

function seenIn(
  { weight, requests, candidate }: SplitWindow,
  from: Start | undefined,
  criterion: number,
  counted: Start["counted"],
): SeenSplit {
  const isTimed = counted[criterion]?.at !== undefined;
  const towards = isTimed || from === undefined ? 0 : Math.sign(weight - from.weight);
  return { weight, share: candidate / requests, requests, criterion, ...(towards === 0 ? {} : { towards }) };
}

function remember(from: Start | undefined, seen: SeenSplit | undefined, held: SplitState["held"]): SplitState {
  return {
    ...(from === undefined ? {} : { from }),
    ...(seen === undefined ? {} : { seen }),
    ...(held === undefined ? {} : { held }),
  };
}

/** A metric that needs two samples to show an increase shows none of the candidate at first: that is no sign yet. */
function found({ split }: ReleaseState, window: SplitWindow): Finding {
  return split === undefined && window.candidate === 0 ? "unknown" : findSplit(split?.seen, window);
}

function countedOf({ counts, baseline, candidate }: MetricValues): Counted | null {
  if (counts !== undefined) return countsOf(counts);
  return usable({ baseline: baseline.sampleSize, candidate: candidate.sampleSize });
}

function countsOf({ at, baseline, candidate }: NonNullable<MetricHistory["counts"]>): Counted | null {
  return usable({ at, baseline: baseline.requests, candidate: candidate.requests });
}

function usable(counted: Counted): Counted | null {
  const isSound = Object.values(counted).every((number: number) => Number.isFinite(number) && number >= 0);
  return isSound ? counted : null;
}

/** Sample sizes count from the release's beginning. Counters don't: where they stood then has to be known. */
function firstStart({ split, iteration }: ReleaseState, counted: readonly (Counted | null)[]): Start | undefined {
  if (split !== undefined || iteration !== 1) return undefined;
  const nothing = (one: Counted | null) =>
    one === null || one.at !== undefined ? null : { baseline: 0, candidate: 0 };
  return { weight: 0, counted: counted.map(nothing) };
}

interface Increase {
  readonly baseline: number;
  readonly candidate: number;
}

/** Undefined where the two cannot be compared. */
function increase(from: Counted | null | undefined, to: Counted | null | undefined): Increase | undefined {
  if (!from || !to || (from.at === undefined) !== (to.at === undefined)) return undefined;
  return { baseline: to.baseline - from.baseline, candidate: to.candidate - from.candidate };
}

/** The criterion whose metric has counted most. */
function busiest(from: Start | undefined, counted: readonly (Counted | null)[]): number {
  const totals = counted.map((to, i) => {
    const grown = increase(from?.counted[i], to);
    return grown === undefined ? -Infinity : grown.baseline + grown.candidate;
  });
  return totals.indexOf(Math.max(...totals));
}

function wentBack(from: Counted | null | undefined, to: Counted | null | undefined): true | undefined {
  const grown = increase(from, to);
  return grown !== undefined && (grown.baseline < 0 || grown.candidate < 0) ? true : undefined;
}

function windowOf(
  state: ReleaseState,
  from: Start | undefined,
  counted: readonly (Counted | null)[],
  criterion: number,
): SplitWindow | undefined {
  const [start, end] = [from?.counted[criterion], counted[criterion]];
  const grown = increase(start, end);
  if (from === undefined || !start || !end || grown === undefined) return undefined;
  const weight = Math.round(state.weight);
  return {
    weight: weight + (from.weight - weight) * olderPart(start.at, end.at, state.iterationStartedAt),
    requests: grown.baseline + grown.candidate,
    candidate: grown.candidate,
  };
}

/** The part of the time between two samples that was over when the weight was asked for; 0 when it is not known. */
function olderPart(from: number | undefined, to: number | undefined, since: number | undefined): number {
  if (from === undefined || to === undefined || since === undefined || to <= from) return 0;
  return Math.min(1, Math.max(0, (since - from) / (to - from)));
}
