import type { MetricCounts, Totals } from "../observation";

/** What one version showed in one span of time. */
export interface VersionWindow {
  readonly requests: number;
  readonly events: number;
  readonly sum: number;
  readonly buckets?: readonly number[];
}

/** What both versions showed between two samples. */
export interface Window {
  readonly lengthMs: number;
  readonly baseline: VersionWindow;
  readonly candidate: VersionWindow;
}

/** The counts up to which everything has been looked at. */
export interface Anchor extends Pick<MetricCounts, "at" | "baseline" | "candidate" | "bounds"> {
  /** The counters went back, or have other buckets, since the look before. */
  readonly restarted?: true;
}

/** A look at the counts. */
export interface Advance {
  /** Where to count from next: from these counts if they are newer, also after a restart; else from where it was. */
  readonly anchor: Anchor;
  /**
   * What is new, or undefined when nothing usable is: a sample that is late or was seen before, numbers that are none, or
   * counters that went back (a restart), whose increase in between nobody knows. Nor is the window after a restart: of several
   * callers that come back one after the other, each brings all that it ever counted with it.
   */
  readonly window?: Window;
}

/** Goes on from the anchor to newer counts. */
export function advance(anchor: Anchor, counts: MetricCounts): Advance {
  if (!isUsable(counts) || counts.at <= anchor.at) return { anchor };
  const window = windowBetween(anchor, counts);
  if (window === undefined) return { anchor: { ...anchorAt(counts), restarted: true } };
  return { anchor: anchorAt(counts), ...(anchor.restarted ? {} : { window }) };
}

function windowBetween(anchor: Anchor, counts: MetricCounts): Window | undefined {
  if (!haveSameBuckets(anchor, counts)) return undefined;
  const baseline = difference(anchor.baseline, counts.baseline);
  const candidate = difference(anchor.candidate, counts.candidate);
  if (baseline === undefined || candidate === undefined) return undefined;
  return { lengthMs: counts.at - anchor.at, baseline, candidate };
}

export function anchorAt({ at, baseline, candidate, bounds }: Anchor): Anchor {
  return { at, baseline, candidate, ...(bounds === undefined ? {} : { bounds }) };
}

/** Before the first request there are no buckets either; then whatever comes is new. */
function haveSameBuckets({ bounds = [], baseline, candidate }: Anchor, counts: MetricCounts): boolean {
  if (baseline.requests === 0 && candidate.requests === 0) return true;
  const now = counts.bounds ?? [];
  return bounds.length === now.length && bounds.every((bound, i) => bound === now[i]);
}

/** Whether all numbers are such as counters can have. */
export function isUsable({ at, baseline, candidate }: MetricCounts): boolean {
  return Number.isFinite(at) && isCount(baseline) && isCount(candidate);
}

function isCount({ requests, events, sum, buckets = [] }: Totals): boolean {
  return (
    isNatural(requests) &&
    isNatural(events) &&
    events <= requests &&
    Number.isFinite(sum) &&
    buckets.every((count) => isNatural(count) && count <= requests)
  );
}

function isNatural(count: number): boolean {
  return Number.isFinite(count) && count >= 0;
}

function difference(from: Totals, to: Totals): VersionWindow | undefined {
  const requests = to.requests - from.requests;
  const events = to.events - from.events;
  const sum = to.sum - from.sum;
  const buckets = to.buckets?.map((count, i) => count - (from.buckets?.[i] ?? 0));
  const consistent = requests >= 0 && events >= 0 && events <= requests && (requests > 0 || sum === 0);
  if (!consistent || buckets?.some((count) => count < 0 || count > requests)) return undefined;
  return { requests, events, sum, ...(buckets === undefined ? {} : { buckets }) };
}
