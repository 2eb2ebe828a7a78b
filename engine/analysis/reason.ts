import { formatNumber } from "../number";
import type { Assessment, CriterionAssessment } from "./assessment";

/** "412 ms", "0.052", "no value". */
export function formatValue(value: number | null, unit: string): string {
  if (value === null) return "no value";
  return unit === "" ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

/** One sentence on one criterion: observed, limit, samples. */
export function criterionReason(c: Omit<CriterionAssessment, "reason">): string {
  const { criterion, candidate, baseline } = c;
  const observed = `${criterion.metric} of the candidate is ${formatValue(candidate.value, c.unit)}`;
  if (!c.enoughSamples) {
    const starved = candidate.sampleSize < criterion.sampleSize ? "candidate" : "baseline";
    const seen = starved === "candidate" ? candidate.sampleSize : baseline.sampleSize;
    return `${criterion.metric}: too few requests on the ${starved} to tell (${formatNumber(seen)} of ${formatNumber(criterion.sampleSize)}).`;
  }
  if (candidate.value === null) return `${criterion.metric}: no value for the candidate.`;
  if (c.limit === null) return `${observed}, but the baseline has no value to compare it with.`;
  const relation = c.met ? "within" : criterion.direction === "lower" ? "over" : "under";
  return `${observed}, ${relation} the limit of ${limitText(c)} (${formatNumber(candidate.sampleSize)} requests).`;
}

/** "200 ms", or for a delta "214.2 ms, 2 % above the baseline's 210 ms". */
function limitText({ criterion, limit, unit, baseline }: Omit<CriterionAssessment, "reason">): string {
  const value = formatValue(limit, unit);
  if (criterion.toleranceType === "threshold") return value;
  const side = criterion.direction === "lower" ? "above" : "below";
  return `${value}, ${formatNumber(criterion.tolerance * 100)} % ${side} the baseline's ${formatValue(baseline.value, unit)}`;
}

/** A service's texts as sentences: on one line, with a full stop, and none empty. */
export function sentences(texts: readonly string[]): string[] {
  const trimmed = texts.map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => text !== "");
  return trimmed.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`));
}

/**
 * The sentences of the criteria that end the release, else of those that stand in the candidate's way, else of all. Before
 * them, what the analytics service says, if it was one that judged.
 */
export function assessmentReason(assessment: Assessment): string {
  const { conclusions } = assessment;
  if (conclusions !== undefined) {
    return [...sentences(conclusions), ...reasonsThatCount(assessment)].join(" ");
  }
  if (assessment.criteria.length === 0) return "There are no success criteria.";
  return reasonsThatCount(assessment).join(" ");
}

function reasonsThatCount(assessment: Assessment): string[] {
  const ending = assessment.criteria.filter((c) => c.abort);
  const open = ending.length > 0 ? ending : assessment.criteria.filter((c) => !c.met);
  return (open.length > 0 ? open : assessment.criteria).map((c) => c.reason);
}
