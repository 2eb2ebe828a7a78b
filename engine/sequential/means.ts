import { tMixture } from "../statistics/tMixture";
import type { SuccessCriterion } from "../plan";
import { allowedRatio } from "./events";
import type { MeanDifferences } from "./evidence";
import type { Window } from "./window";

/** Effects looked for, in standard deviations of a batch mean. */
export const EFFECT = 2;

/**
 * The differences with one batch added: how far the candidate's mean is beyond the tolerance, in units in which its variance does not
 * depend on the number of requests. Positive: harm.
 */
export function addMeans(
  criterion: SuccessCriterion,
  seen: MeanDifferences,
  { baseline, candidate }: Window,
): MeanDifferences {
  if (candidate.requests === 0) return seen;
  const difference = standardised(criterion, baseline, candidate);
  if (difference === undefined) return seen;
  const harm = criterion.direction === "lower" ? difference : -difference;
  return { ...seen, count: seen.count + 1, sum: seen.sum + harm, squares: seen.squares + harm * harm };
}

type Batch = Window["baseline"];

function standardised(criterion: SuccessCriterion, baseline: Batch, candidate: Batch): number | undefined {
  const mean = candidate.sum / candidate.requests;
  if (criterion.toleranceType === "threshold") return (mean - criterion.tolerance) * Math.sqrt(candidate.requests);
  if (baseline.requests === 0) return undefined;
  // Divided by the allowed ratio the candidate's variance is the baseline's, if it grows as the mean does.
  const excess = mean / allowedRatio(criterion) - baseline.sum / baseline.requests;
  return excess * Math.sqrt((candidate.requests * baseline.requests) / (candidate.requests + baseline.requests));
}

/** log e-value against the boundary of the tolerance, on the side that the differences lie on. */
export function weighMeans({ count, sum, squares, calibration }: MeanDifferences): number {
  return tMixture(count, sum, squares, calibration, EFFECT);
}

/**
 * Whether the differences lean towards harm: not shown, but enough to wait. Means differ from look to look by little, unlike
 * rare failures, so this says more than an e-value does after a few looks.
 */
export function leansToHarm({ sum, squares }: MeanDifferences): boolean {
  return sum > 0 && sum * sum >= squares / 2;
}
