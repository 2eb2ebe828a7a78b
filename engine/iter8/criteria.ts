import { AnalysisError, ERRORS } from "./errors";
import { numberText } from "./pythonText";
import type { ByVersion, Criterion, Observations, Reading } from "./types";

/** What one criterion says of the candidate. */
export interface CriterionVerdict {
  readonly metricName: string;
  /** Whether the versions that are looked at had enough requests to be judged. */
  readonly sampleEnough: boolean;
  readonly met: boolean;
  /** The criterion alone demands the end of the experiment. */
  readonly abort: boolean;
  /** Iter8's sentences. */
  readonly conclusions: readonly string[];
}

/**
 * Judges the candidate by each criterion. Iter8 v0.1: with enough requests, of the candidate for a threshold and of
 * both versions for a delta, a criterion is met when the values exist and the candidate's is at most the limit. A
 * counter over its threshold aborts whatever `stopOnFailure` says.
 *
 * @throws {AnalysisError} for a delta with a counter
 */
export function judgeCandidate(criteria: readonly Criterion[], seen: Observations): CriterionVerdict[] {
  return criteria.map((criterion, i) => {
    return judge(criterion, { baseline: readingOf(seen.baseline, i), candidate: readingOf(seen.candidate, i) });
  });
}

/**
 * Whether the baseline, held against the candidate's thresholds, fails too. Iter8 v0.1: it has enough requests for
 * every criterion and misses at least one threshold; a delta counts as met.
 */
export function baselineFails(criteria: readonly Criterion[], baseline: readonly Reading[]): boolean {
  const readings = criteria.map((criterion, i) => ({ criterion, reading: readingOf(baseline, i) }));
  return (
    readings.every(({ criterion, reading }) => reading.sampleSize >= criterion.sampleSize) &&
    readings.some(({ criterion, reading }) => criterion.type === "threshold" && !isWithin(reading, criterion.value))
  );
}

/** The limit the candidate's value must not exceed, or null when a delta has no baseline to start from. */
export function limitOf(criterion: Pick<Criterion, "type" | "value">, baseline: number | null): number | null {
  if (criterion.type === "threshold") return criterion.value;
  return baseline === null ? null : (1 + criterion.value) * baseline;
}

/** The reading of the criterion at this place. */
export function readingOf(readings: readonly Reading[], index: number): Reading {
  const reading = readings[index];
  if (reading === undefined) throw new Error(`no reading for criterion ${index}`);
  return reading;
}

function judge(criterion: Criterion, { baseline, candidate }: ByVersion<Reading>): CriterionVerdict {
  const { metricName, type, isCounter, sampleSize } = criterion;
  if (type === "delta" && isCounter) throw new AnalysisError(ERRORS.deltaWithCounter);
  const judged = type === "delta" ? [candidate, baseline] : [candidate];
  const sampleEnough = judged.every((reading) => reading.sampleSize >= sampleSize);
  const met = sampleEnough && isWithin(candidate, limitOf(criterion, baseline.value));
  const failed = sampleEnough && !met;
  return {
    metricName,
    sampleEnough,
    met,
    abort: failed && (isCounter || criterion.stopOnFailure),
    conclusions: [
      sampleEnough ? comparison(criterion, met) : "Insufficient sample size. ",
      ...(failed && isCounter ? ["Counter Metric exceeded threshold value. Aborting experiment."] : []),
    ],
  };
}

function isWithin({ value }: Reading, limit: number | null): boolean {
  return value !== null && limit !== null && value <= limit;
}

function comparison({ metricName, type, value }: Criterion, met: boolean): string {
  const compared = type === "delta" ? "of the baseline" : "";
  return `${metricName} of the candidate ${met ? "is" : "is not"} within ${type} ${numberText(value)} ${compared}. `;
}
