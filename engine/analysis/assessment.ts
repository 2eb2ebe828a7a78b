import type { SuccessCriterion } from "../plan";
import type { VersionValue } from "../observation";

/** What one iteration showed for one criterion. */
export interface CriterionAssessment {
  readonly criterion: SuccessCriterion;
  readonly unit: string;
  readonly baseline: VersionValue;
  readonly candidate: VersionValue;
  /** The largest value that would have been met, or null when a delta has no baseline to start from. */
  readonly limit: number | null;
  readonly enoughSamples: boolean;
  readonly met: boolean;
  /** The criterion alone demands the candidate's removal, now. */
  readonly abort: boolean;
  /** One sentence for a person. */
  readonly reason: string;
}

/** The evidence of one iteration. */
export interface Assessment {
  readonly criteria: readonly CriterionAssessment[];
  readonly allMet: boolean;
  readonly abort: boolean;
  /** False when nothing arrived since the previous assessment. */
  readonly changed: boolean;
  /** At least one criterion failed although there were enough samples to tell. */
  readonly failed: boolean;
}

/** What was seen of one criterion's metric, kept from one assessment to the next. */
export interface Evidence {
  readonly baseline: VersionValue;
  readonly candidate: VersionValue;
}
