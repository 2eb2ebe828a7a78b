import type { Assessment, CriterionAssessment, EvidenceStrength } from "../analysis/assessment";
import { assessCriterion } from "../analysis/point";
import type { MetricHistory, MetricValues, VersionValue } from "../observation";
import { significant } from "../number";
import type { AnalysisPlan, SuccessCriterion } from "../plan";
import { allowedRatio } from "./events";
import { startEvidence, type CriterionEvidence, type Seen } from "./evidence";
import { sequentialReason } from "./reason";
import type { SequentialState } from "./state";
import { look } from "./update";
import { isSuspicious, weigh, type Weight } from "./weigh";
import type { Window } from "./window";

const NO_EVIDENCE: Weight = { harm: 0, safety: 0 };
/** Largest e-value that is reported: more is not worth telling apart. */
const LARGEST = 1e6;
/** Of what is reported; more than the data has. */
const DIGITS = 4;

/**
 * The state of the analysis when a release begins.
 *
 * @param history one entry a criterion, in the criteria's order; undefined for one of which nothing is known
 */
export function startSequential(
  criteria: readonly SuccessCriterion[],
  history: readonly (MetricHistory | undefined)[],
): SequentialState {
  const rates = history.map((metric) => requestRate(metric)).filter((rate) => rate !== undefined);
  return {
    criteria: criteria.map((criterion, i) => {
      const past = history[i];
      return past === undefined ? undefined : startEvidence(criterion, past.kind, past);
    }),
    ...(rates.length > 0 ? { requestsPerSecond: Math.max(...rates) } : {}),
  };
}

function requestRate(history: MetricHistory | undefined): number | undefined {
  if (history === undefined || history.windows.length === 0) return undefined;
  const requests = history.windows.reduce((total, window) => total + window.requests, 0);
  return (requests * 1000) / (history.windows.length * history.windowMs);
}

/**
 * The always-valid analysis: tests of harm and of safety whose error rates hold over all looks and all criteria of a
 * release. See docs/statistics.md.
 *
 * @param metrics one entry a criterion, in the criteria's order
 * @param counting false while the candidate warms up
 */
export function assessSequential(
  { alpha, beta }: AnalysisPlan,
  criteria: readonly SuccessCriterion[],
  metrics: readonly MetricValues[],
  before: SequentialState,
  counting: boolean,
): { readonly assessment: Assessment; readonly state: SequentialState } {
  const looks = criteria.map((criterion, i) => look(criterion, before.criteria[i], metrics[i]?.counts, counting));
  const weights = looks.map(({ evidence }) => (evidence === undefined ? NO_EVIDENCE : weigh(evidence)));
  const shares = alphaShares(looks.map(({ evidence }) => evidence));
  const assessed = criteria.map((criterion, i) => {
    const values = metrics[i];
    if (values?.metric !== criterion.metric) throw new Error(`no values for metric '${criterion.metric}'`);
    if (values.isCounter) return assessCriterion(criterion, values);
    // All are needed to promote, so none has to be surer than beta.
    const needed = { harm: -Math.log(alpha * (shares[i] as number)), safety: -Math.log(beta) };
    return judge(criterion, values, looks[i]?.evidence, weights[i] ?? NO_EVIDENCE, needed);
  });
  const windows = looks.map(({ window }) => window).filter((window) => window !== undefined);
  const abort = assessed.some((c) => c.abort);
  const changed = counting && windows.some(({ candidate }) => candidate.requests > 0);
  const rate = windows.length > 0 ? Math.max(...windows.map(rateOf)) : before.requestsPerSecond;
  return {
    assessment: {
      criteria: assessed,
      allMet: assessed.length > 0 && assessed.every((c) => c.met),
      abort,
      changed,
      suspicious: looks.some(({ evidence }, i) => {
        return evidence !== undefined && isSuspicious(evidence, weights[i] ?? NO_EVIDENCE);
      }),
      failed: abort,
    },
    state: {
      criteria: looks.map(({ evidence }) => evidence),
      ...(rate === undefined ? {} : { requestsPerSecond: rate }),
    },
  };
}

/** Failed requests are so rare, and so bad, that they get most of alpha; values gather with every request. */
const RATIO_SHARE = 4;

/** What part of alpha each criterion gets: any one of them can roll back. They sum to 1. */
function alphaShares(evidence: readonly (CriterionEvidence | undefined)[]): number[] {
  const parts = evidence.map((criterion) => (criterion?.kind === "ratio" ? RATIO_SHARE : 1));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}

function rateOf({ lengthMs, baseline, candidate }: Window): number {
  return ((baseline.requests + candidate.requests) * 1000) / lengthMs;
}

function judge(
  criterion: SuccessCriterion,
  values: MetricValues,
  seen: CriterionEvidence | undefined,
  weight: Weight,
  needed: { readonly harm: number; readonly safety: number },
): CriterionAssessment {
  const evidence: EvidenceStrength = {
    harm: eValue(weight.harm),
    harmNeeded: eValue(needed.harm),
    safety: eValue(weight.safety),
    safetyNeeded: eValue(needed.safety),
  };
  const baseline = valueOf(values, values.baseline, seen?.baseline);
  const candidate = valueOf(values, values.candidate, seen?.candidate);
  const assessed = {
    criterion,
    unit: values.unit,
    baseline,
    candidate,
    limit: limitOf(criterion, baseline.value),
    enoughSamples: candidate.sampleSize > 0,
    met: weight.safety >= needed.safety,
    abort: weight.harm >= needed.harm,
    evidence,
  };
  return { ...assessed, reason: sequentialReason(assessed, evidence) };
}

function eValue(log: number): number {
  return significant(Math.min(LARGEST, Math.exp(log)), DIGITS);
}

/** A ratio or a mean is what the counts say; a percentile is only known from its source. */
function valueOf({ counts }: MetricValues, given: VersionValue, seen: Seen | undefined): VersionValue {
  if (seen === undefined || counts === undefined) return given;
  const sampleSize = seen.requests;
  if (counts.kind === "percentile") return { value: given.value, sampleSize };
  const total = counts.kind === "ratio" ? seen.events : seen.sum;
  return { value: sampleSize > 0 ? significant(total / sampleSize, DIGITS) : null, sampleSize };
}

function limitOf(criterion: SuccessCriterion, baseline: number | null): number | null {
  if (criterion.toleranceType === "threshold") return criterion.tolerance;
  if (baseline === null) return criterion.floor ?? null;
  const allowed = significant(allowedRatio(criterion) * baseline, DIGITS);
  return criterion.floor === undefined ? allowed : Math.max(allowed, criterion.floor);
}
