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
  /** Sequential analysis: how strong the evidence is. */
  readonly evidence?: EvidenceStrength;
  /** One sentence for a person. */
  readonly reason: string;
}

/**
 * e-values: how many times more likely the observations are under what is to be shown than under its contrary, at the
 * least. At any time, 1 / e bounds the probability of having seen as much by chance.
 */
export interface EvidenceStrength {
  /** For "the candidate is beyond the tolerance", and how much of it rolls the candidate back. */
  readonly harm: number;
  readonly harmNeeded: number;
  /** For "the candidate is within the tolerance", and how much of it is needed for promotion. */
  readonly safety: number;
  readonly safetyNeeded: number;
}

/** The evidence of one iteration. */
export interface Assessment {
  readonly criteria: readonly CriterionAssessment[];
  readonly allMet: boolean;
  readonly abort: boolean;
  /** False when there is no new evidence since the previous assessment. */
  readonly changed: boolean;
  /** Something speaks against a larger share for the candidate. */
  readonly suspicious: boolean;
  /** At least one criterion failed although there were enough samples to tell. */
  readonly failed: boolean;
  /** The sentences of the analytics service that judged; absent when the engine did. */
  readonly conclusions?: readonly string[];
}

/** What was seen of one criterion's metric, kept from one assessment to the next. */
export interface Evidence {
  readonly baseline: VersionValue;
  readonly candidate: VersionValue;
}
