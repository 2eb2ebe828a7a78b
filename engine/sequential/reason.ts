import type { CriterionAssessment, EvidenceStrength } from "../analysis/assessment";
import { formatValue } from "../analysis/reason";
import { formatNumber, significant } from "../number";

/** One sentence on one criterion of a sequential analysis: observed, limit, requests, strength of the evidence. */
export function sequentialReason(c: Omit<CriterionAssessment, "reason">, evidence: EvidenceStrength): string {
  const { criterion, candidate, unit } = c;
  if (candidate.sampleSize === 0) return `${criterion.metric}: no request of the candidate has been counted yet.`;
  const observed = `${criterion.metric} of the candidate is ${formatValue(candidate.value, unit)}`;
  const limit = c.limit === null ? "the baseline's" : limitText(c);
  const requests = `${formatNumber(candidate.sampleSize)} requests`;
  if (c.abort)
    return `${observed}, ${beyond(c)} ${limit}: evidence of harm ${strength(evidence.harm, evidence.harmNeeded)}, ${requests}.`;
  if (c.met)
    return `${observed}, within ${limit}: evidence ${strength(evidence.safety, evidence.safetyNeeded)}, ${requests}.`;
  const more = moreRequests(candidate.sampleSize, evidence);
  return (
    `${observed}, not yet shown to be within ${limit}: evidence ${strength(evidence.safety, evidence.safetyNeeded)}, ` +
    `${requests}${more === undefined ? "" : `; about ${formatNumber(more)} more would do`}.`
  );
}

function beyond({ criterion }: Pick<CriterionAssessment, "criterion">): string {
  return criterion.direction === "lower" ? "over" : "under";
}

function limitText({ criterion, limit, unit, baseline }: Omit<CriterionAssessment, "reason">): string {
  const value = `the limit of ${formatValue(limit, unit)}`;
  if (criterion.toleranceType === "threshold") return value;
  if (limit === criterion.floor) return value;
  const share = `${formatNumber(criterion.tolerance * 100)} %`;
  const side = criterion.direction === "lower" ? "above" : "below";
  return `${value}, ${share} ${side} the baseline's ${formatValue(baseline.value, unit)}`;
}

function strength(found: number, needed: number): string {
  const shown =
    found > MANY * needed
      ? `over ${formatNumber(significant(MANY * needed, DIGITS))}`
      : formatNumber(significant(found, DIGITS));
  return `${shown}, ${formatNumber(significant(needed, DIGITS))} needed`;
}

/** Evidence that exceeds what is needed by so much is no longer told exactly. */
const MANY = 100;
/** More are not worth reading. */
const DIGITS = 2;

/** Requests of the candidate that would have been needed, if the evidence went on growing as it has. */
function moreRequests(seen: number, { safety, safetyNeeded }: EvidenceStrength): number | undefined {
  const [shown, wanted] = [Math.log(safety), Math.log(safetyNeeded)];
  return shown > 0.2 ? significant(Math.ceil(seen * (wanted / shown - 1)), DIGITS) : undefined;
}
