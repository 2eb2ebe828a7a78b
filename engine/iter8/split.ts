import type { TrafficControl } from "./types";

/** A split of the traffic, and how it is counted on. */
export interface SplitDecision {
  readonly candidatePercent: number;
  /** epsilon_t_greedy's n; 0 in other algorithms. */
  readonly effectiveIterations: number;
}

/** All that decides on the next split in the algorithms that go on from the one before. */
export interface SplitSituation {
  readonly before: SplitDecision;
  /** There was no call before. */
  readonly first: boolean;
  readonly changed: boolean;
  readonly allMet: boolean;
  /** Every criterion had enough requests. */
  readonly sampleEnough: boolean;
  readonly traffic: TrafficControl;
}
