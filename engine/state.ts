import type { Assessment, Evidence } from "./analysis/assessment";
import type { LastState } from "./observation";
import type { Forecast } from "./planning/forecast";
import type { SequentialState } from "./sequential/state";
import type { SplitState } from "./split/state";

/**
 * How a release ended. `promoted`: the candidate won. `rolledBack`: it failed. `inconclusive`: the plan or the patience
 * ran out before there was enough evidence. `aborted`: a person, or a deleted target, stopped it.
 */
export const VERDICTS = ["promoted", "rolledBack", "inconclusive", "aborted"] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * waiting: targets not there or not Ready; all traffic on the baseline.
 * iterating: the candidate has a share and is being judged.
 * ending: the verdict is recorded; the route, the drain and the clean-up are still to be done.
 * ended: nothing is left to do.
 */
export const STAGES = ["waiting", "iterating", "ending", "ended"] as const;
export type Stage = (typeof STAGES)[number];

/** Everything the engine remembers of a release; it is kept in the record and nowhere else. Times are ms since 1970. */
export interface ReleaseState {
  readonly stage: Stage;
  /** Iteration in progress, 1 to maxIterations; 0 before the first. */
  readonly iteration: number;
  /** The candidate's share of traffic in percent, as decided (the route follows the record). */
  readonly weight: number;
  readonly createdAt: number;
  /** When the first iteration began: the metrics are cumulative from here. */
  readonly startedAt?: number;
  readonly iterationStartedAt?: number;
  readonly decidedAt?: number;
  readonly endedAt?: number;
  /** Since when there have been no usable metrics, or the weight has not been in effect. */
  readonly stalledSince?: number;
  readonly paused: boolean;
  /** What the previous assessment saw, to tell whether anything is new. Empty before the first one. */
  readonly evidence: readonly Evidence[];
  readonly assessment?: Assessment;
  /** Strategy epsilon_greedy: how often the criteria could be told to be met or not. */
  readonly effectiveIterations?: number;
  /** Judged by an analytics service: what the service is to get back with the next question, as it came. */
  readonly lastState?: LastState;
  /** What was to be expected of the release when it began. */
  readonly forecast?: Forecast;
  /** What the sequential analysis remembers. */
  readonly sequential?: SequentialState;
  /** What tells whether the weight is in effect. */
  readonly split?: SplitState;
  readonly verdict?: Verdict;
  /** One sentence for a person: why it waits, holds, or ended. */
  readonly reason: string;
}

export function initialState(now: number): ReleaseState {
  return {
    stage: "waiting",
    iteration: 0,
    weight: 0,
    createdAt: now,
    paused: false,
    evidence: [],
    reason: "The release has not started.",
  };
}

/** True once all that the release had to do is done. */
export function isEnded(state: ReleaseState): boolean {
  return state.stage === "ended";
}
