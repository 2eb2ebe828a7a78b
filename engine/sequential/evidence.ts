import { FACTORS } from "../statistics/alternatives";
import { batchMoments } from "../statistics/batchMoments";
import { NO_DISPERSION, addWindow, type Dispersion } from "../statistics/dispersion";
import type { MetricCounts, MetricHistory } from "../observation";
import type { SuccessCriterion } from "../plan";
import { boundAt, slowerThan } from "./tail";
import { anchorAt, isUsable, type Anchor } from "./window";

/** What was seen of one version since the release began. */
export interface Seen {
  readonly requests: number;
  /** Failed requests, or those slower than the bound that harm is counted from. */
  readonly events: number;
  readonly sum: number;
}

/** log likelihood ratios, one an alternative; absent where the criterion asks for no such comparison. */
export interface LogRatios {
  readonly againstBaseline?: readonly number[];
  readonly againstLimit?: readonly number[];
}

/** Standardised differences of batch means from the boundary of the tolerance; positive ones speak for harm. */
export interface MeanDifferences {
  readonly count: number;
  readonly sum: number;
  /** Of the differences, and what the baseline's past lets expect of as many as `calibration`. */
  readonly squares: number;
  /** Number of observations that the baseline's past counts for. */
  readonly calibration: number;
}

/** All that the sequential analysis remembers of one criterion. */
export interface CriterionEvidence {
  readonly kind: MetricCounts["kind"];
  /** Counted up to here; absent before the first usable sample. */
  readonly anchor?: Anchor;
  readonly baseline: Seen;
  readonly candidate: Seen;
  /** Ratios and percentiles: evidence that the candidate is beyond the tolerance, and that it is within it. */
  readonly harm: LogRatios;
  readonly safety: LogRatios;
  /** How much the baseline's counts vary, before and during the release. */
  readonly dispersion: Dispersion;
  readonly mean?: MeanDifferences;
  /** Percentile with a delta: the bucket bound whose tail is compared. */
  readonly tailBound?: number;
}

const NOTHING: Seen = { requests: 0, events: 0, sum: 0 };
const ZEROS: readonly number[] = FACTORS.map(() => 0);

/**
 * Evidence before the release has shown anything: none, but for what the baseline's past tells of its variation.
 *
 * @param kind of the criterion's metric
 * @param history of the same metric; undefined when nothing is known
 */
export function startEvidence(
  criterion: SuccessCriterion,
  kind: MetricCounts["kind"],
  history: MetricHistory | undefined,
): CriterionEvidence {
  const ratios: LogRatios = {
    ...(criterion.toleranceType === "delta" ? { againstBaseline: ZEROS } : {}),
    ...(criterion.toleranceType === "threshold" || criterion.floor !== undefined ? { againstLimit: ZEROS } : {}),
  };
  const start: CriterionEvidence = {
    kind,
    baseline: NOTHING,
    candidate: NOTHING,
    harm: ratios,
    safety: ratios,
    dispersion: NO_DISPERSION,
    ...(history?.counts !== undefined && isUsable(history.counts) ? { anchor: anchorAt(history.counts) } : {}),
    ...(kind === "mean" ? { mean: calibrate(criterion, history) } : {}),
  };
  return history === undefined || kind === "mean" ? start : withPast(start, criterion, history);
}

/** Observations that the baseline's past counts for: few, because the candidate's values may vary otherwise. */
const CALIBRATION = 4;
/** What to expect of the variance of batches, from those of the past. */
function calibrate(criterion: SuccessCriterion, history: MetricHistory | undefined): MeanDifferences {
  const windows = (history?.windows ?? []).filter(({ requests }) => requests > 0);
  const { mean, deviation } = batchMoments(windows);
  if (windows.length <= CALIBRATION || !(deviation > 0)) return { count: 0, sum: 0, squares: 0, calibration: 0 };
  // Slow services vary more: a candidate at a limit far above the baseline's mean is taken to vary as much more.
  const growth = criterion.toleranceType === "threshold" && mean > 0 ? Math.max(1, criterion.tolerance / mean) : 1;
  return { count: 0, sum: 0, squares: CALIBRATION * (growth * deviation) ** 2, calibration: CALIBRATION };
}

function withPast(start: CriterionEvidence, criterion: SuccessCriterion, history: MetricHistory): CriterionEvidence {
  const place = comparedPlace(criterion, history);
  const dispersion = history.windows.reduce((seen, window) => {
    const events = history.kind === "ratio" ? window.events : place === undefined ? 0 : slowerThan(window, place);
    return window.requests > 0 ? addWindow(seen, window.requests, events) : seen;
  }, start.dispersion);
  const isDelta = history.kind === "percentile" && criterion.toleranceType === "delta";
  return { ...start, dispersion, ...(isDelta && place !== undefined ? { tailBound: history.bounds?.[place] } : {}) };
}

/** The bucket bound that tells slow requests of the past from others. */
function comparedPlace(
  criterion: SuccessCriterion,
  { bounds = [], quantile, windows }: MetricHistory,
): number | undefined {
  if (criterion.toleranceType === "threshold") {
    const place = bounds.findIndex((bound) => bound >= criterion.tolerance);
    return place === -1 ? undefined : place;
  }
  const requests = windows.reduce((total, window) => total + window.requests, 0);
  const buckets = bounds.map((_, i) => windows.reduce((total, window) => total + (window.buckets?.[i] ?? 0), 0));
  return quantile === undefined ? undefined : boundAt(requests, buckets, quantile);
}
