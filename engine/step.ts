import { assessPoint } from "./analysis/point";
import { assessmentReason } from "./analysis/reason";
import { formatDuration } from "./duration";
import { conclude, concludeAfterPlan, type Transition } from "./ending";
import type { Observation } from "./observation";
import { split, type Plan } from "./plan";
import type { ReleaseState } from "./state";
import { firstWeight, nextWeight } from "./strategies/checkAndIncrement";
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
}

/** When the assessment of the current iteration falls due, in ms since 1970; undefined while none is awaited. */
export function assessmentDueAt(plan: Plan, state: ReleaseState): number | undefined {
  if (state.stage !== "iterating" || state.paused || state.iterationStartedAt === undefined) return undefined;
  return state.iterationStartedAt + plan.traffic.intervalMs;
}

/** Whether the metrics are to be asked now. */
export function needsObservation(plan: Plan, state: ReleaseState, now: number): boolean {
  const due = assessmentDueAt(plan, state);
  return due !== undefined && now >= due;
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
    const resumed = { ...state, paused: false, stalledSince: undefined, reason: "Resumed by hand." };
    return { state: resumed, occurrences: [{ reason: "Resume", message: "" }] };
  }
  return state.paused ? { state, occurrences: [] } : undefined;
}

function start(plan: Plan, state: ReleaseState, { targets, now }: StepInput): Transition {
  if (!allReady(targets)) return wait(plan, state, targets, now);
  const weight = firstWeight(plan.traffic);
  const message = "Iteration 1 Started";
  return {
    state: {
      ...state,
      stage: "iterating",
      iteration: 1,
      weight,
      startedAt: now,
      iterationStartedAt: now,
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

function iterate(plan: Plan, state: ReleaseState, { now, observation }: StepInput): Transition {
  if (!needsObservation(plan, state, now) || observation === undefined) return { state, occurrences: [] };
  if (observation.kind === "unavailable") return stall(plan, state, now, observation.detail);

  const assessment = assessPoint(plan.criteria, observation.metrics, state.evidence);
  const seen: ReleaseState = {
    ...state,
    stalledSince: undefined,
    assessment,
    evidence: assessment.criteria.map(({ baseline, candidate }) => ({ baseline, candidate })),
  };
  const recovered =
    state.stalledSince === undefined ? [] : [{ reason: "AnalyticsServiceRunning" as const, message: "" }];
  const next =
    assessment.abort || state.iteration >= plan.traffic.maxIterations
      ? concludeAfterPlan(plan, seen, now, assessment)
      : advance(plan, seen, now);
  return { state: next.state, occurrences: [...recovered, ...next.occurrences] };
}

function advance(plan: Plan, state: ReleaseState, now: number): Transition {
  const { assessment } = state;
  if (assessment === undefined) throw new Error("an iteration cannot advance before it is assessed");
  const weight = nextWeight(plan.traffic, state.weight, assessment);
  const iteration = state.iteration + 1;
  const evidence = assessmentReason(assessment);
  const weights = split(weight);
  return {
    state: {
      ...state,
      weight,
      iteration,
      iterationStartedAt: now,
      reason: assessment.allMet ? evidence : `Held at ${weight} %: ${evidence}`,
    },
    occurrences: [
      assessment.allMet
        ? {
            reason: "IterationSucceeded",
            message: `New Traffic, baseline: ${weights.baseline}, candidate: ${weights.candidate}`,
          }
        : { reason: "IterationFailed", message: evidence },
      { reason: "IterationUpdate", message: `Iteration ${iteration} Started` },
    ],
  };
}

/** No usable metrics: hold the weight and the iteration, for as long as the plan's patience lasts. */
function stall(plan: Plan, state: ReleaseState, now: number, detail: string): Transition {
  const since = state.stalledSince ?? now;
  if (now - since >= plan.maxStallMs) {
    const patience = formatDuration(plan.maxStallMs);
    return conclude(plan, state, now, "inconclusive", `No usable metrics for ${patience}: ${detail}`);
  }
  return {
    state: { ...state, stalledSince: since, reason: `Held at ${state.weight} %: ${detail}` },
    occurrences: state.stalledSince === undefined ? [{ reason: "AnalyticsServiceError", message: detail }] : [],
  };
}
