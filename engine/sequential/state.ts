import type { CriterionEvidence } from "./evidence";

/** What the sequential analysis remembers of a release, from one look to the next. */
export interface SequentialState {
  /** One entry a criterion, in the criteria's order; undefined for one of which nothing is known yet. */
  readonly criteria: readonly (CriterionEvidence | undefined)[];
  /** Requests of both versions in a second, at the last look or before the release; undefined when not known. */
  readonly requestsPerSecond?: number;
}
