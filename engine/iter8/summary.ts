import type { CriterionVerdict } from "./criteria";
import { numberText } from "./pythonText";
import type { ByVersion, TimeRange } from "./types";

/** The verdicts on all criteria together. */
export interface Overall {
  readonly allMet: boolean;
  readonly abort: boolean;
  readonly sampleEnough: boolean;
}

export function sumUp(verdicts: readonly CriterionVerdict[]): Overall {
  return {
    allMet: verdicts.every((verdict) => verdict.met),
    abort: verdicts.some((verdict) => verdict.abort),
    sampleEnough: verdicts.every((verdict) => verdict.sampleEnough),
  };
}

const LONG_AGO_MS = { baseline: 1_800_000, candidate: 10_800_000 };

/**
 * Iter8's first sentence, if either version's data ends long ago: the baseline's half an hour, and the candidate's three
 * hours, although the sentence has it otherwise.
 *
 * @param now ms since 1970
 */
export function ageConclusions({ baseline, candidate }: ByVersion<TimeRange>, now: number): string[] {
  const age = ({ end = now }: TimeRange) => now - end;
  const old = age(baseline) >= LONG_AGO_MS.baseline || age(candidate) >= LONG_AGO_MS.candidate;
  return old ? ["The experiment end time is more than 30 mins ago"] : [];
}

/** Iter8's sentences on the criteria together. One of them has two spaces, as in Iter8. */
export function criteriaConclusions({ allMet, abort }: Overall): string[] {
  return [
    ...(abort ? ["The experiment needs to be aborted"] : []),
    allMet ? "All success criteria were  met" : "All success criteria were not met",
  ];
}

/** What check_and_increment and epsilon_t_greedy conclude beside their split. */
export function splitConclusions(
  overall: Overall,
  { first, changed, baselineFailed }: { first: boolean; changed: boolean; baselineFailed: boolean },
): string[] {
  return [
    ...(first ? ["Experiment started"] : criteriaConclusions(overall)),
    ...(changed ? [] : ["No change observed in this iteration. Traffic percentage is not altered"]),
    ...(baselineFailed ? ["The baseline version did not meet success criteria"] : []),
  ];
}

/**
 * What the Bayesian algorithms conclude of the candidate's share.
 *
 * @param percent the share in percent, before any maximum
 * @param confidence the confidence asked for, 0 to 1
 */
export function confidenceConclusion(percent: number, confidence: number): string {
  const reached = percent >= confidence * 100;
  return `Required confidence of ${numberText(confidence)} was ${reached ? "" : "not "}reached`;
}
