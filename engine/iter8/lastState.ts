import type { Information } from "./change";
import { AnalysisError } from "./errors";
import type { SplitDecision } from "./split";
import type { ByVersion } from "./types";

/** A belief in Iter8's form: `[alpha, beta, gamma, sigma]`, with null for what it does not have. */
export type WireBelief = readonly [
  alpha: number | null,
  beta: number | null,
  gamma: number | null,
  sigma: number | null,
];

/** `_last_state` of check_and_increment and epsilon_t_greedy; only the latter counts its iterations. */
export interface SplitState extends ByVersion<{
  readonly traffic_percentage: number;
  readonly success_criterion_information: readonly Information[];
}> {
  readonly effective_iteration_count?: number;
}

/** `_last_state` of the Bayesian algorithms. */
export type BeliefState = ByVersion<{
  readonly success_criterion_belief: readonly WireBelief[];
  /** Iter8 v0.1 reads rewards and does not use them: four nulls. */
  readonly reward_belief: WireBelief;
}>;

/** Whether there was no call before. */
export function isFirstCall(lastState: unknown): boolean {
  return lastState === undefined || lastState === null || Object.keys(lastState).length === 0;
}

/**
 * What check_and_increment or epsilon_t_greedy goes on from.
 *
 * @param counted whether effective iterations are counted
 * @throws {AnalysisError} when it is not the state of such an algorithm
 */
export function readSplitState(
  lastState: unknown,
  counted: boolean,
): { decision: SplitDecision; information: ByVersion<readonly Information[]> } {
  if (isFirstCall(lastState)) {
    const decision = { candidatePercent: 0, effectiveIterations: 0 };
    return { decision, information: { baseline: [], candidate: [] } };
  }
  const count = (lastState as Partial<SplitState>).effective_iteration_count;
  const percent = member(lastState, "candidate", "traffic_percentage");
  if (counted && !isNumber(count)) throw unusable("effective_iteration_count");
  if (!isNumber(percent)) throw unusable("candidate.traffic_percentage");
  return {
    decision: { candidatePercent: percent, effectiveIterations: counted ? (count as number) : 0 },
    information: {
      baseline: readInformation(lastState, "baseline"),
      candidate: readInformation(lastState, "candidate"),
    },
  };
}

/**
 * The beliefs of one version in the call before; none in the first call.
 *
 * @throws {AnalysisError} when it is not the state of a Bayesian algorithm
 */
export function readBeliefs(lastState: unknown, version: keyof BeliefState): readonly WireBelief[] {
  if (isFirstCall(lastState)) return [];
  const beliefs = member(lastState, version, "success_criterion_belief");
  const isBelief = (one: unknown) => Array.isArray(one) && one.length === 4 && one.every(isNumberOrNull);
  if (!Array.isArray(beliefs) || !beliefs.every(isBelief)) throw unusable(`${version}.success_criterion_belief`);
  return beliefs as WireBelief[];
}

function readInformation(lastState: unknown, version: keyof SplitState & string): readonly Information[] {
  const information = member(lastState, version, "success_criterion_information");
  const isInformation = (one: unknown) =>
    Array.isArray(one) && one.length === 2 && isNumber(one[0]) && isNumberOrNull(one[1]);
  if (!Array.isArray(information) || !information.every(isInformation)) {
    throw unusable(`${version}.success_criterion_information`);
  }
  return information as Information[];
}

function member(state: unknown, version: string, name: string): unknown {
  const found = (state as Readonly<Record<string, unknown>>)[version];
  return typeof found === "object" && found !== null ? (found as Readonly<Record<string, unknown>>)[name] : undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || isNumber(value);
}

function unusable(path: string): AnalysisError {
  return new AnalysisError(`'_last_state.${path}' is missing or not usable`);
}
