import { bernoulliLimit } from "../statistics/bernoulliLimit";
import { addWindow, dispersionFactor, type Dispersion } from "../statistics/dispersion";
import { rateRatio, type Side } from "../statistics/rateRatio";
import type { MetricCounts } from "../observation";
import type { SuccessCriterion } from "../plan";
import type { CriterionEvidence, LogRatios } from "./evidence";
import { boundAt, slowerThan, tailAt } from "./tail";
import type { VersionWindow, Window } from "./window";

/** A window in which each request either is an event (failed, slow) or is not. */
interface EventWindow {
  readonly baselineRequests: number;
  readonly baselineEvents: number;
  readonly candidateRequests: number;
  readonly candidateEvents: number;
}

/** The share of requests that may be events, for a criterion with a limit of its own. */
function limitShare(criterion: SuccessCriterion, counts: Pick<MetricCounts, "kind" | "quantile">): number {
  if (counts.kind === "percentile") return 1 - (counts.quantile ?? NaN);
  return criterion.floor ?? criterion.tolerance;
}

/** How many times the baseline's share of events the candidate's may be. */
export function allowedRatio({ direction, tolerance }: SuccessCriterion): number {
  return direction === "lower" ? 1 + tolerance : 1 - tolerance;
}

/** The evidence with a window of a ratio or a percentile added. */
export function addEvents(
  criterion: SuccessCriterion,
  evidence: CriterionEvidence,
  counts: MetricCounts,
  window: Window,
): CriterionEvidence {
  const tailBound = evidence.tailBound ?? boundNow(criterion, counts, window);
  const { harm, safety } = eventWindows(criterion, counts, window, tailBound);
  const harmSide: Side = criterion.direction === "lower" ? 1 : -1;
  const add = (ratios: LogRatios, seen: EventWindow | undefined, side: Side): LogRatios =>
    seen === undefined ? ratios : addWindowTo(ratios, criterion, counts, evidence.dispersion, seen, side);
  const shown = harm ?? safety;
  return {
    ...evidence,
    harm: add(evidence.harm, harm, harmSide),
    safety: add(evidence.safety, safety, harmSide === 1 ? -1 : 1),
    dispersion:
      shown === undefined || shown.baselineRequests === 0
        ? evidence.dispersion
        : addWindow(evidence.dispersion, shown.baselineRequests, shown.baselineEvents),
    ...(tailBound === undefined ? {} : { tailBound }),
  };
}

/** Events of a version in a window, as harm is counted. */
export function harmEvents(
  criterion: SuccessCriterion,
  counts: MetricCounts,
  version: VersionWindow,
  tailBound: number | undefined,
): number {
  if (counts.kind === "ratio") return version.events;
  const { upper } = tailAt(counts.bounds ?? [], tailBound ?? criterion.tolerance);
  return upper === undefined ? 0 : slowerThan(version, upper);
}

function addWindowTo(
  { againstBaseline, againstLimit }: LogRatios,
  criterion: SuccessCriterion,
  counts: MetricCounts,
  dispersion: Dispersion,
  seen: EventWindow,
  side: Side,
): LogRatios {
  const ratios: { againstBaseline?: readonly number[]; againstLimit?: readonly number[] } = {};
  if (againstBaseline !== undefined) {
    const boundary = allowedRatio(criterion);
    const scale = 1 / dispersionFactor(dispersion, expectedOfShare(dispersion, seen, boundary));
    ratios.againstBaseline = rateRatio(againstBaseline, seen, boundary, side, scale);
  }
  if (againstLimit !== undefined) {
    const limit = limitShare(criterion, counts);
    const scale = 1 / dispersionFactor(dispersion, seen.candidateRequests * limit);
    ratios.againstLimit = bernoulliLimit(
      againstLimit,
      seen.candidateRequests,
      seen.candidateEvents,
      limit,
      side,
      scale,
    );
  }
  return ratios;
}

/**
 * The count whose dispersion is that of the candidate's share of m expected events: for rates that vary independently with
 * coefficient of variation v, Var(e_c - theta m) = theta (1 - theta) m (1 + v^2 2 theta (1 - theta) m).
 */
function expectedOfShare(past: Dispersion, seen: EventWindow, boundary: number): number {
  const [candidate, baseline] = [boundary * seen.candidateRequests, seen.baselineRequests];
  const theta = candidate / (candidate + baseline);
  // Where nothing is known of the past, the window itself is the only guide.
  const rate = past.requests > 0 ? past.events / past.requests : seen.baselineEvents / seen.baselineRequests;
  return 2 * theta * (1 - theta) * (candidate + baseline) * rate;
}

function boundNow(criterion: SuccessCriterion, counts: MetricCounts, { baseline }: Window): number | undefined {
  if (counts.kind !== "percentile" || criterion.toleranceType === "threshold") return undefined;
  const place = boundAt(baseline.requests, baseline.buckets ?? [], counts.quantile ?? NaN);
  return place === undefined ? undefined : counts.bounds?.[place];
}

function eventWindows(
  criterion: SuccessCriterion,
  counts: MetricCounts,
  { baseline, candidate }: Window,
  tailBound: number | undefined,
): { harm?: EventWindow; safety?: EventWindow } {
  const of = (count: (version: VersionWindow) => number): EventWindow => ({
    baselineRequests: baseline.requests,
    baselineEvents: count(baseline),
    candidateRequests: candidate.requests,
    candidateEvents: count(candidate),
  });
  const slower = (at: number | undefined) => (at === undefined ? undefined : of((version) => slowerThan(version, at)));
  if (counts.kind === "ratio") {
    const both = of((version) => version.events);
    return { harm: both, safety: both };
  }
  if (criterion.toleranceType === "delta" && tailBound === undefined) return {};
  // A bound that a delta has chosen is looked up anew: the buckets may have changed since.
  const { upper, lower } = tailAt(counts.bounds ?? [], tailBound ?? criterion.tolerance);
  return { harm: slower(upper), safety: slower(lower) };
}
