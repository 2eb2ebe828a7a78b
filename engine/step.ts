import { formatDuration } from "./duration";
import { conclude, type Transition } from "./ending";
import { endIteration } from "./iteration";
import type { MetricHistory, Observation } from "./observation";
import type { Plan } from "./plan";
import type { Forecast } from "./planning/forecast";
import { startSequential } from "./sequential/assess";
import { forgetStart, startSplit } from "./split/look";
import type { ReleaseState } from "./state";
import type { RandomSource } from "./random";
import { firstShare, isChecked } from "./strategies/weight";
import { allReady, canServe, waitingFor, type Targets } from "./targets";

/** What a person may ask of a running release. */
export const ACTIONS = ["pause", "resume", "override_failure", "override_success"] as const;
export type Action = (typeof ACTIONS)[number];

/** The world at one moment. */
export interface StepInput {
  /** ms since 1970. */
  readonly now: number;
  readonly targets: Targets;
  readonly action?: Action;
  /** Needed when {@link needsObservation} says so, ignored otherwise. */
  readonly observation?: Observation;
  /**
   * What is known of the baseline's past, one entry a criterion. Wanted when {@link needsHistory} says so; a release goes on
   * without it, only more slowly.
   */
  readonly history?: readonly (MetricHistory | undefined)[];
  /** The forecast from that past, to be kept. */
  readonly forecast?: Forecast;
  /** Needed by the Bayesian strategies. The same source for the same step makes it repeatable. */
  readonly random?: RandomSource;
}

/** When the assessment of the current iteration falls due, in ms since 1970; undefined while none is awaited. */
export function assessmentDueAt(plan: Plan, state: ReleaseState): number | undefined {
  if (state.stage !== "iterating" || state.paused || state.iterationStartedAt === undefined) return undefined;
  return state.iterationStartedAt + plan.traffic.intervalMs;
}

/** Whether the metrics are to be asked now. */
export function needsObservation(plan: Plan, state: ReleaseState, now: number): boolean {
  return isChecked(plan.traffic) && isDue(plan, state, now);
}

function isDue(plan: Plan, state: ReleaseState, now: number): boolean {
  const due = assessmentDueAt(plan, state);
  return due !== undefined && now >= due;
}

/** Whether the baseline's past is to be asked for now: when a release that counts is about to begin. */
export function needsHistory(plan: Plan, state: ReleaseState, targets: Targets): boolean {
  return plan.analysis.mode === "sequential" && state.stage === "waiting" && allReady(targets);
}

/**
 * The whole decision: the next state of a release, from its present state and what the world shows. Pure; calling it
 * twice with the same arguments gives the same answer, so a driver that died may repeat it.
 */
export function step(plan: Plan, state: ReleaseState, input: StepInput): Transition {
  if (state.stage === "ending" || state.stage === "ended") return { state, occurrences: [] };
  return (
    byAction(plan, state, input) ??
    byTargets(plan, state, input) ??
    byPause(state, input) ??
    (state.stage === "waiting" ? start(plan, state, input) : iterate(plan, state, input))
  );
}

function byAction(plan: Plan, state: ReleaseState, { action, targets, now }: StepInput): Transition | undefined {
  if (action === "override_failure") {
    return conclude(plan, state, now, "aborted", `Stopped by hand: all traffic goes back to ${plan.baseline}.`);
  }
  // Not even a person's word sends traffic to pods that cannot answer; the wish is kept until they can.
  if (action === "override_success" && canServe(targets.candidate)) {
    return conclude(plan, state, now, "promoted", `Promoted by hand, whatever the evidence.`);
  }
  return undefined;
}

/** A version that is gone, or has no pod left to answer, cannot wait for the next assessment. */
function byTargets(plan: Plan, state: ReleaseState, { targets, now }: StepInput): Transition | undefined {
  if (state.stage !== "iterating") return undefined;
  if (targets.service === "missing") {
    return conclude(plan, state, now, "aborted", "The Service was deleted.");
  }
  if (targets.candidate === "missing") {
    return conclude(plan, state, now, "aborted", `The candidate Deployment ${plan.candidate} was deleted.`);
  }
  if (targets.candidate === "down") {
    return conclude(plan, state, now, "rolledBack", `The candidate ${plan.candidate} has no Ready pod left.`);
  }
  if (targets.baseline === "missing") {
    return conclude(plan, state, now, "promoted", `The baseline Deployment ${plan.baseline} was deleted.`, {
      weight: 100,
    });
  }
  return undefined;
}

function byPause(state: ReleaseState, { action }: StepInput): Transition | undefined {
  if (action === "pause" && !state.paused) {
    const reason = `Paused by hand; the candidate keeps ${state.weight} %.`;
    const paused = { ...state, paused: true, reason };
    return { state: paused, occurrences: [{ reason: "Pause", message: "" }] };
  }
  if (state.paused && action === "resume") {
    // Nobody asked for metrics meanwhile, so their absence has to show anew.
    const split = state.split && forgetStart(state.split);
    const resumed = { ...state, paused: false, stalledSince: undefined, split, reason: "Resumed by hand." };
    return { state: resumed, occurrences: [{ reason: "Resume", message: "" }] };
  }
  return state.paused ? { state, occurrences: [] } : undefined;
}

function start(plan: Plan, state: ReleaseState, { targets, now, history = [], forecast }: StepInput): Transition {
  if (!allReady(targets)) return wait(plan, state, targets, now);
  const sequential = plan.analysis.mode === "sequential" ? startSequential(plan.criteria, history) : undefined;
  const { weight, effectiveIterations } = firstShare(plan, sequential);
  const split = startSplit(history);
  const message = "Iteration 1 Started";
  return {
    state: {
      ...state,
      stage: "iterating",
      iteration: 1,
      weight,
      startedAt: now,
      iterationStartedAt: now,
      ...(effectiveIterations === undefined ? {} : { effectiveIterations }),
      ...(sequential === undefined ? {} : { sequential }),
      ...(split === undefined ? {} : { split }),
      ...(forecast === undefined ? {} : { forecast }),
      reason: `Iteration 1 of ${plan.traffic.maxIterations}: the candidate gets ${weight} % of the traffic.`,
    },
    occurrences: [
      { reason: "TargetsFound", message: "" },
      { reason: "IterationUpdate", message },
    ],
  };
}

function wait(plan: Plan, state: ReleaseState, targets: Targets, now: number): Transition {
  const lacking = waitingFor(plan, targets);
  if (now - state.createdAt >= plan.readyTimeoutMs) {
    const patience = formatDuration(plan.readyTimeoutMs);
    const candidateAtFault = targets.service === "ready" && targets.baseline === "ready";
    return candidateAtFault
      ? conclude(plan, state, now, "rolledBack", `${lacking} after ${patience}; it never got a request.`)
      : conclude(plan, state, now, "aborted", `${lacking} after ${patience}.`);
  }
  if (state.reason === lacking) return { state, occurrences: [] };
  return {
    state: { ...state, reason: lacking },
    occurrences: [{ reason: "TargetsNotFound", message: lacking }],
  };
}

function iterate(plan: Plan, state: ReleaseState, input: StepInput): Transition {
  return isDue(plan, state, input.now) ? endIteration(plan, state, input) : { state, occurrences: [] };
}
