import {
  formatDuration,
  initialState,
  parseDuration,
  ON_SUCCESS,
  STRATEGIES,
  ANALYSIS_MODES,
  canBeJudged,
  judgedFailure,
  type AnalysisPlan,
  type Assessment,
  type CriterionAssessment,
  type Plan,
  type ReleaseState,
  type Strategy,
  type SuccessCriterion,
} from "../../../engine";
import { parsePropagation, PROPAGATION_FORMAT, PROPAGATION_MS } from "../../istio/propagation";
import { analyticsServiceOf, refuseWhatCannotBeJudged } from "./analyticsService";
import { memoryOf } from "./memory";
import type { CriterionStatus, DriverName, ExperimentResource, ExperimentStatus } from "./resource";

/** Iter8 v0.1's defaults, and Serin's for its own fields. */
export const DEFAULTS = {
  strategy: "check_and_increment",
  maxTrafficPercentage: 50,
  trafficStepSize: 2,
  interval: "1m",
  maxIterations: 100,
  onSuccess: "candidate",
  confidence: 0.95,
  alpha: 0.05,
  beta: 0.05,
  budgetMetric: "iter8_error_rate",
  sampleSize: 10,
  prometheusURL: "http://prometheus.istio-system:9090",
  maxStall: "5m",
  maxSampleAge: "2m",
  readyTimeout: "10m",
  gracePeriod: "30s",
  propagation: formatDuration(PROPAGATION_MS),
  onForeignEdit: "correct",
} as const;

/** The release that an `Experiment` asks for. @throws Error naming the field and the value that cannot be used */
export function planOf({ spec }: ExperimentResource): Plan {
  const traffic = spec.trafficControl ?? {};
  const successCriteria = spec.analysis?.successCriteria ?? [];
  // As in Iter8 v0.1: without a criterion there is nothing to check.
  const isUnchecked = successCriteria.length === 0;
  const strategy = isUnchecked ? "increment_without_check" : strategyOf(traffic.strategy ?? DEFAULTS.strategy);
  const budget = spec.serin?.budget;
  if (analyticsServiceOf({ spec }) !== undefined) refuseWhatCannotBeJudged(spec, strategy);
  return {
    baseline: spec.targetService.baseline,
    candidate: spec.targetService.candidate,
    traffic: {
      strategy,
      step: traffic.trafficStepSize ?? DEFAULTS.trafficStepSize,
      maxWeight: traffic.maxTrafficPercentage ?? DEFAULTS.maxTrafficPercentage,
      intervalMs: durationOf("spec.trafficControl.interval", traffic.interval ?? DEFAULTS.interval),
      maxIterations: traffic.maxIterations ?? DEFAULTS.maxIterations,
      onSuccess: ON_SUCCESS.find((known) => known === traffic.onSuccess) ?? DEFAULTS.onSuccess,
      confidence: traffic.confidence ?? DEFAULTS.confidence,
      ...(budget === undefined ? {} : { budget: { metric: DEFAULTS.budgetMetric, ...budget } }),
    },
    analysis: analysisOf(spec, strategy),
    criteria: successCriteria.map((c): SuccessCriterion => ({
      metric: c.metricName,
      toleranceType: c.toleranceType,
      tolerance: c.tolerance,
      direction: c.direction ?? "lower",
      ...(c.floor === undefined ? {} : { floor: c.floor }),
      ...(c.min_max === undefined ? {} : { range: c.min_max }),
      sampleSize: c.sampleSize ?? DEFAULTS.sampleSize,
      stopOnFailure: c.stopOnFailure ?? false,
    })),
    maxStallMs: durationOf("spec.serin.maxStall", spec.serin?.maxStall ?? DEFAULTS.maxStall),
    readyTimeoutMs: durationOf("spec.serin.readyTimeout", spec.serin?.readyTimeout ?? DEFAULTS.readyTimeout),
  };
}

/** Guarded counts evidence as it goes; Iter8's strategies keep to Iter8's rule unless told otherwise. */
function analysisOf({ serin }: ExperimentResource["spec"], strategy: Strategy): AnalysisPlan {
  const { alpha = DEFAULTS.alpha, beta = DEFAULTS.beta, warmup } = serin?.analysis ?? {};
  const mode = serin?.analysis?.mode ?? (strategy === "guarded" ? "sequential" : "point");
  const [only] = ANALYSIS_MODES.filter((known) => canBeJudged(strategy, known));
  if (!canBeJudged(strategy, mode)) {
    throw new Error(`'spec.serin.analysis.mode' (${mode}) must be ${only} with the strategy ${strategy}`);
  }
  return {
    mode,
    alpha,
    beta,
    warmupMs: warmup === undefined ? 0 : durationOf("spec.serin.analysis.warmup", warmup),
  };
}

/** Who is to drive the release. */
export function driverOf({ spec }: ExperimentResource): DriverName {
  return spec.serin?.driver ?? "controller";
}

/** Time between the loser's last request and its removal, in ms. */
export function gracePeriodOf({ spec }: ExperimentResource): number {
  return durationOf("spec.serin.gracePeriod", spec.serin?.gracePeriod ?? DEFAULTS.gracePeriod);
}

/** How long a subset has to be there before the route names it, in ms; 0: no time. */
export function propagationOf({ spec }: ExperimentResource): number {
  const text = spec.serin?.propagation ?? DEFAULTS.propagation;
  const ms = parsePropagation(text);
  if (ms === undefined) throw new Error(`'spec.serin.propagation' (${text}) must be ${PROPAGATION_FORMAT}`);
  return ms;
}

/** Oldest that the newest sample may be, in ms. */
export function maxSampleAgeOf({ spec }: ExperimentResource): number {
  return durationOf("spec.serin.maxSampleAge", spec.serin?.maxSampleAge ?? DEFAULTS.maxSampleAge);
}

function strategyOf(name: string): Strategy {
  const strategy = STRATEGIES.find((known) => known === name);
  if (!strategy) throw new Error(`'spec.trafficControl.strategy' (${name}) must be one of ${STRATEGIES.join(", ")}`);
  return strategy;
}

function durationOf(field: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error(`'${field}' (${text}) must be a duration with its unit, such as 30s`);
  return ms;
}

/** What the record says of the release so far; the initial state when it says nothing. */
export function stateOf(experiment: ExperimentResource, plan: Pick<Plan, "criteria">, now: number): ReleaseState {
  const { status } = experiment;
  const own = status?.serin;
  if (!status || !own) return isOver(experiment) ? endedBefore(status, now) : initialState(now);
  return {
    stage: own.stage,
    iteration: status.currentIteration ?? 0,
    weight: status.trafficSplitPercentage?.candidate ?? 0,
    createdAt: Date.parse(own.createdAt),
    startedAt: timeOf(own.startedAt),
    iterationStartedAt: timeOf(own.iterationStartedAt),
    stalledSince: timeOf(own.stalledSince),
    decidedAt: timeOf(own.decidedAt),
    endedAt: timeOf(own.endedAt),
    paused: own.paused ?? false,
    ...memoryOf(status.analysisState),
    ...(own.forecast === undefined ? {} : { forecast: own.forecast }),
    assessment: assessmentOf(status, plan, analyticsServiceOf(experiment) !== undefined),
    verdict: own.verdict,
    reason: own.reason,
  };
}

/** Whether nothing is left to do: Serin has ended the release, or Iter8's own controller has, before Serin came. */
export function isOver({ status }: Pick<ExperimentResource, "status">): boolean {
  return status?.serin?.stage === "ended" || status?.phase === "Completed";
}

/** What Iter8's controller has left of a release that it ended. */
function endedBefore(status: ExperimentStatus | undefined, now: number): ReleaseState {
  const weight = status?.trafficSplitPercentage?.candidate ?? 0;
  return { ...initialState(now), stage: "ended", weight, reason: status?.message ?? "" };
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

function assessmentOf(status: ExperimentStatus, plan: Pick<Plan, "criteria">, judged: boolean): Assessment | undefined {
  const { assessment, serin } = status;
  const aborts = (assessment?.success_criteria ?? []).map((c) => c.abort_experiment);
  const criteria = (serin?.criteria ?? []).map((c, i) => criterionOf(c, plan.criteria[i], aborts[i]));
  // An analytics service need not say anything of the single criteria.
  if (assessment === undefined || (criteria.length === 0 && !judged)) return undefined;
  const allMet = assessment.all_success_criteria_met;
  return {
    criteria,
    allMet,
    abort: assessment.abort_experiment,
    changed: true,
    suspicious: !allMet,
    failed: judgedFailure(criteria, allMet),
    ...(judged ? { conclusions: assessment.conclusions } : {}),
  };
}

function criterionOf(
  c: CriterionStatus,
  planned: SuccessCriterion | undefined,
  abort: boolean | undefined,
): CriterionAssessment {
  const fallback = { sampleSize: DEFAULTS.sampleSize, stopOnFailure: false, direction: "lower" as const };
  const criterion = {
    ...fallback,
    ...planned,
    metric: c.metric,
    toleranceType: c.toleranceType,
    tolerance: c.tolerance,
  };
  const { sampleSize } = criterion;
  const isDelta = c.toleranceType === "delta";
  return {
    criterion,
    unit: c.unit ?? "",
    baseline: { value: c.baseline ?? null, sampleSize: c.baselineSamples },
    candidate: { value: c.candidate ?? null, sampleSize: c.candidateSamples },
    limit: c.limit ?? null,
    enoughSamples: c.candidateSamples >= sampleSize && (!isDelta || c.baselineSamples >= sampleSize),
    met: c.met,
    abort: abort ?? false,
    ...(c.evidence === undefined ? {} : { evidence: c.evidence }),
    reason: c.reason,
  };
}
