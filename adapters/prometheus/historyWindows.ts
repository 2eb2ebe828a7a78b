import type { HistoryWindow, Totals } from "../../engine";

/** The baseline's counters at one moment. */
export interface Moment {
  readonly time: number;
  /** When the newest sample was taken by then; undefined when that is not known of any moment. */
  readonly sampledAt?: number;
  readonly totals: Totals;
}

export interface Windows {
  readonly windowMs: number;
  /** Oldest first. */
  readonly windows: readonly HistoryWindow[];
}

/** Samples this many times further apart than is usual are no window: nobody knows what happened between them. */
const OUTAGE = 3;
/** Largest share of windows that may lie between two samples, unseen. */
const UNSEEN = 0.1;
/** Windows are not merged so far that fewer than this many are left. */
const FEWEST = 4;

/**
 * What the counters did from moment to moment. Left out: windows at whose start or end a moment is missing, in which the
 * counters went back, and that nobody scraped. So is the window after each of them, and the
 * first one of counters that are younger than the time looked at: callers are scraped one after the other, and all that
 * one ever counted comes to light with its first sample.
 *
 * Windows shorter than the spacing of the samples would show no request and then those of two or three windows at once, as
 * if the traffic came in bursts. So neighbours are merged, as few at a time as give fewer than 10 % of windows in which no
 * sample was taken or, where that is not known, nothing changed.
 *
 * @param moments a step apart, oldest first; some may be missing
 * @param start of the time looked at
 * @returns undefined when the samples are too far apart for windows of even a quarter of the whole time
 */
export function windowsBetween(moments: readonly Moment[], stepMs: number, start: number): Windows | undefined {
  const steps = stepsOf(moments, stepMs, start);
  if (steps.every((step) => step === undefined)) return { windowMs: stepMs, windows: [] };
  for (let k = 1; k === 1 || k <= steps.length / FEWEST; k += 1) {
    const merged = mergeNeighbours(steps, k);
    if (merged.length === 0) break;
    if (merged.filter(({ seen }) => !seen).length >= UNSEEN * merged.length) continue;
    return { windowMs: k * stepMs, windows: merged.map(({ window }) => window) };
  }
  return undefined;
}

interface Step {
  readonly window: HistoryWindow;
  /** Whether a sample was taken in it. */
  readonly seen: boolean;
}

type Grid = ReadonlyMap<number, Moment>;

/** From each moment of the grid to the next; undefined where that is not known. */
function stepsOf(moments: readonly Moment[], stepMs: number, start: number): (Step | undefined)[] {
  const [first] = moments;
  if (first === undefined) return [];
  const grid: Grid = new Map(moments.map((moment) => [Math.round((moment.time - first.time) / stepMs), moment]));
  const outages = outagesIn(grid);
  const isYoung = first.time >= start + stepMs;
  const steps = Array.from({ length: Math.max(...grid.keys()) }, (_, i) => {
    const [from, to] = [grid.get(i), grid.get(i + 1)];
    if (from === undefined || to === undefined) return undefined;
    const window = difference(from.totals, to.totals);
    if (window === undefined || outages.some(([start, end]) => i >= start && i < end)) return undefined;
    const seen =
      to.sampledAt === undefined || from.sampledAt === undefined ? window.requests > 0 : to.sampledAt > from.sampledAt;
    return { window, seen };
  });
  return steps.map((step, i) => ((i === 0 ? isYoung : steps[i - 1] === undefined) ? undefined : step));
}

/** Between which moments no sample was taken for much longer than is usual. */
function outagesIn(grid: Grid): (readonly [start: number, end: number])[] {
  const advances: { readonly index: number; readonly sampledAt: number }[] = [];
  for (const [index, { sampledAt }] of grid) {
    if (sampledAt !== undefined && sampledAt > (advances.at(-1)?.sampledAt ?? -Infinity)) {
      advances.push({ index, sampledAt });
    }
  }
  const spans = advances.slice(1).map(({ index, sampledAt }, i) => {
    const before = advances[i] ?? { index, sampledAt };
    return { start: before.index, end: index, length: sampledAt - before.sampledAt };
  });
  const usual = spans.map(({ length }) => length).sort((a, b) => a - b)[Math.floor(spans.length / 2)] ?? Infinity;
  return spans.filter(({ length }) => length > OUTAGE * usual).map(({ start, end }) => [start, end]);
}

/** Oldest first; neighbours that lack a step are left out. Counted from the newest on, which tells most. */
function mergeNeighbours(steps: readonly (Step | undefined)[], k: number): Step[] {
  const merged: Step[] = [];
  for (let end = steps.length; end >= k; end -= k) {
    const group = steps.slice(end - k, end).filter((step) => step !== undefined);
    if (group.length < k) continue;
    const window = group.map((step) => step.window).reduce(add);
    merged.unshift({ window, seen: group.some(({ seen }) => seen) });
  }
  return merged;
}

function difference(from: Totals, to: Totals): HistoryWindow | undefined {
  const requests = to.requests - from.requests;
  const events = to.events - from.events;
  const sum = to.sum - from.sum;
  const buckets = to.buckets?.map((count, i) => count - (from.buckets?.[i] ?? NaN));
  const counts = [requests, events, sum, ...(buckets ?? [])];
  if (!counts.every((count) => count >= 0)) return undefined;
  if ([events, ...(buckets ?? [])].some((count) => count > requests) || (requests === 0 && sum > 0)) return undefined;
  return { requests, events, sum, ...(buckets && { buckets }) };
}

function add(a: HistoryWindow, b: HistoryWindow): HistoryWindow {
  const buckets = a.buckets?.map((count, i) => count + (b.buckets?.[i] ?? 0));
  return {
    requests: a.requests + b.requests,
    events: a.events + b.events,
    sum: a.sum + b.sum,
    ...(buckets && { buckets }),
  };
}
