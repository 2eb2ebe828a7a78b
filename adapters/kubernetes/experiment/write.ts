import {
  assessmentReason,
  split,
  winner,
  type Assessment,
  type CriterionAssessment,
  type Plan,
  type ReleaseState,
} from "../../../engine";
import {
  HISTORY_LIMIT,
  type AnalysisState,
  type AssessmentStatus,
  type CriterionStatus,
  type ExperimentStatus,
  type IterationStatus,
  type SerinStatus,
} from "./resource";

/** The status that records a state. Conditions and message are written apart, from the occurrences. */
export function statusOf(plan: Plan, state: ReleaseState, history: readonly IterationStatus[]): ExperimentStatus {
  return {
    createTimestamp: nanoseconds(state.createdAt),
    startTimestamp: nanoseconds(state.startedAt),
    endTimestamp: nanoseconds(state.endedAt),
    lastIncrementTime: state.iterationStartedAt === undefined ? undefined : seconds(state.iterationStartedAt),
    currentIteration: state.iteration,
    analysisState: state.stage === "ended" ? {} : analysisStateOf(state),
    assessment: state.assessment && assessmentStatusOf(state.assessment),
    trafficSplitPercentage: split(state.weight),
    phase: phaseOf(state),
    serin: serinStatusOf(plan, state, history),
  };
}

/** The history with the iteration that has just been assessed added, if one has. */
export function extendHistory(
  history: readonly IterationStatus[],
  before: ReleaseState,
  after: ReleaseState,
  now: number,
): readonly IterationStatus[] {
  const assessed = after.assessment !== undefined && after.assessment !== before.assessment;
  if (!assessed || before.stage !== "iterating") return history;
  const entry: IterationStatus = {
    iteration: before.iteration,
    startedAt: milliseconds(before.iterationStartedAt ?? now),
    assessedAt: milliseconds(now),
    weight: before.weight,
    nextWeight: after.weight,
    met: after.assessment?.allMet ?? false,
    reason: after.reason,
  };
  return [...history, entry].slice(-HISTORY_LIMIT);
}

function phaseOf(state: ReleaseState): ExperimentStatus["phase"] {
  if (state.stage === "ended") return "Completed";
  return state.stage === "waiting" || state.paused ? "Pause" : "Progressing";
}

function serinStatusOf(plan: Plan, state: ReleaseState, history: readonly IterationStatus[]): SerinStatus {
  return {
    stage: state.stage,
    createdAt: milliseconds(state.createdAt),
    startedAt: optional(state.startedAt, milliseconds),
    iterationStartedAt: optional(state.iterationStartedAt, milliseconds),
    stalledSince: optional(state.stalledSince, milliseconds),
    decidedAt: optional(state.decidedAt, milliseconds),
    endedAt: optional(state.endedAt, milliseconds),
    paused: state.paused || undefined,
    verdict: state.verdict,
    winner: winner(plan, state),
    reason: state.reason,
    forecast: state.forecast,
    criteria: state.assessment?.criteria.map(criterionStatusOf),
    history: history.length > 0 ? history : undefined,
  };
}

function criterionStatusOf(c: CriterionAssessment): CriterionStatus {
  return {
    metric: c.criterion.metric,
    toleranceType: c.criterion.toleranceType,
    tolerance: c.criterion.tolerance,
    unit: c.unit || undefined,
    limit: c.limit ?? undefined,
    baseline: c.baseline.value ?? undefined,
    baselineSamples: Math.floor(c.baseline.sampleSize), // some counters have fractions
    candidate: c.candidate.value ?? undefined,
    candidateSamples: Math.floor(c.candidate.sampleSize),
    met: c.met,
    evidence: c.evidence,
    reason: c.reason,
  };
}

function assessmentStatusOf(assessment: Assessment): AssessmentStatus {
  return {
    conclusions: assessment.conclusions ?? [assessmentReason(assessment)],
    all_success_criteria_met: assessment.allMet,
    abort_experiment: assessment.abort,
    success_criteria: assessment.criteria.map((c) => ({
      metric_name: c.criterion.metric,
      conclusions: [c.reason],
      success_criterion_met: c.met,
      abort_experiment: c.abort,
    })),
  };
}

function analysisStateOf(state: ReleaseState): AnalysisState {
  const weights = split(state.weight);
  const side = (version: "baseline" | "candidate") => ({
    traffic_percentage: weights[version],
    success_criterion_information: state.evidence.map((e) => [e[version].sampleSize, e[version].value] as const),
  });
  const { sequential, split: seen, effectiveIterations, lastState } = state;
  return {
    baseline: side("baseline"),
    candidate: side("candidate"),
    ...(effectiveIterations === undefined ? {} : { effective_iteration_count: effectiveIterations }),
    ...(sequential === undefined && seen === undefined ? {} : { serin: { sequential, split: seen } }),
    ...(lastState === undefined ? {} : { iter8: lastState }),
  };
}

function nanoseconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms * 1_000_000;
}

/** RFC 3339 to the second, as Kubernetes' own times are. */
function seconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

function milliseconds(ms: number): string {
  return new Date(ms).toISOString();
}

function optional(ms: number | undefined, format: (ms: number) => string): string | undefined {
  return ms === undefined ? undefined : format(ms);
}
