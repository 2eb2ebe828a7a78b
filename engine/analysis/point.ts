import type { Direction, SuccessCriterion } from "../plan";
import type { MetricValues, VersionValue } from "../observation";
import type { Assessment, CriterionAssessment, Evidence } from "./assessment";
import { criterionReason } from "./reason";

/**
 * Iter8 v0.1's rule: once a version has had `sampleSize` requests, its value since the release began is compared with
 * the limit, as it stands. No allowance is made for chance or for looking repeatedly.
 *
 * @param metrics one entry a criterion, in the criteria's order
 * @param before evidence of the previous assessment (empty before the first)
 */
export function assessPoint(
  criteria: readonly SuccessCriterion[],
  metrics: readonly MetricValues[],
  before: readonly Evidence[],
): Assessment {
  const assessed = criteria.map((criterion, i) => {
    const values = metrics[i];
    if (values?.metric !== criterion.metric) {
      throw new Error(`no values for metric '${criterion.metric}'`);
    }
    return assessCriterion(criterion, values);
  });
  const changed = assessed.some((c, i) => hasChanged(before[i], c));
  // Without criteria nothing was shown; "all of none" is no evidence.
  const allMet = assessed.length > 0 && assessed.every((c) => c.met);
  return {
    criteria: assessed,
    allMet,
    abort: assessed.some((c) => c.abort),
    changed,
    suspicious: !allMet,
    failed: assessed.some((c) => !c.met && c.enoughSamples && c.candidate.value !== null && c.limit !== null),
  };
}

/** The rule for one criterion. */
export function assessCriterion(criterion: SuccessCriterion, values: MetricValues): CriterionAssessment {
  const baseline = round(values.baseline);
  const candidate = round(values.candidate);
  const isDelta = criterion.toleranceType === "delta";
  const limit = isDelta ? deltaLimit(baseline.value, criterion) : criterion.tolerance;
  const enoughSamples =
    candidate.sampleSize >= criterion.sampleSize && (!isDelta || baseline.sampleSize >= criterion.sampleSize);
  const comparable = enoughSamples && candidate.value !== null && limit !== null;
  const met = comparable && isWithin(candidate.value, limit, criterion.direction);
  const failed = comparable && !met;
  // A counter never goes back under its threshold, so waiting for the plan's end could only cost more requests.
  const abort = failed && (criterion.stopOnFailure || values.isCounter);
  const assessed = { criterion, unit: values.unit, baseline, candidate, limit, enoughSamples, met, abort };
  return { ...assessed, reason: criterionReason(assessed) };
}

function isWithin(value: number, limit: number, direction: Direction): boolean {
  return direction === "lower" ? value <= limit : value >= limit;
}

function deltaLimit(baseline: number | null, { tolerance, direction, floor }: SuccessCriterion): number | null {
  if (baseline === null) return null;
  const limit = (direction === "lower" ? 1 + tolerance : 1 - tolerance) * baseline;
  return floor === undefined ? limit : Math.max(limit, floor);
}

/** Iter8 v0.1 compares values at three decimals and whole requests. */
function round(seen: VersionValue): VersionValue {
  const value = seen.value === null ? NaN : Math.round(seen.value * 1000) / 1000;
  return {
    value: Number.isFinite(value) ? value : null,
    sampleSize: Number.isFinite(seen.sampleSize) ? Math.max(0, Math.floor(seen.sampleSize)) : 0,
  };
}

function hasChanged(before: Evidence | undefined, now: Evidence): boolean {
  if (before === undefined) return true;
  return (["baseline", "candidate"] as const).some(
    (version) => now[version].sampleSize > before[version].sampleSize || now[version].value !== before[version].value,
  );
}
