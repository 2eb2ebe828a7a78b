import {
  initialState,
  parseDuration,
  ON_SUCCESS,
  STRATEGIES,
  ANALYSIS_MODES,
  canBeJudged,
  type AnalysisPlan,
  type CriterionAssessment,
  type Evidence,
  type Plan,
  type ReleaseState,
  type Strategy,
  type SuccessCriterion,
} from "../../../engine";
import type { AnalysisState, CriterionStatus, ExperimentResource, VersionAnalysisState } from "./resource";

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

/** Time between the loser's last request and its removal, in ms. */
export function gracePeriodOf({ spec }: ExperimentResource): number {
  return durationOf("spec.serin.gracePeriod", spec.serin?.gracePeriod ?? DEFAULTS.gracePeriod);
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
export function stateOf(experiment: ExperimentResource, plan: Plan, now: number): ReleaseState {
  const { status } = experiment;
  const own = status?.serin;
  if (!status || !own) return initialState(now);
  const aborts = (status.assessment?.success_criteria ?? []).map((c) => c.abort_experiment);
  const criteria = (own.criteria ?? []).map((c, i) => assessmentOf(c, plan.criteria[i], aborts[i]));
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
    evidence: evidenceOf(status.analysisState),
    ...memoryOf(status.analysisState),
    ...(own.forecast === undefined ? {} : { forecast: own.forecast }),
    assessment:
      status.assessment && criteria.length > 0
        ? {
            criteria,
            allMet: status.assessment.all_success_criteria_met,
            abort: status.assessment.abort_experiment,
            changed: true,
            suspicious: !status.assessment.all_success_criteria_met,
            failed: criteria.some((c) => !c.met && c.enoughSamples && c.candidate.value !== null && c.limit !== null),
          }
        : undefined,
    verdict: own.verdict,
    reason: own.reason,
  };
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

function assessmentOf(
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

function evidenceOf(state: AnalysisState | undefined): Evidence[] {
  const side = (version: VersionAnalysisState | undefined, i: number) => {
    const [sampleSize, value] = version?.success_criterion_information[i] ?? [0, null];
    return { sampleSize, value };
  };
  const seen = state?.candidate?.success_criterion_information ?? [];
  return seen.map((_, i) => ({ baseline: side(state?.baseline, i), candidate: side(state?.candidate, i) }));
}

/** JSON has no word for undefined: a criterion of which nothing is known is null in the record. */
function memoryOf(state: AnalysisState | undefined): Pick<ReleaseState, "sequential" | "effectiveIterations"> {
  const kept = state?.serin?.sequential;
  const effectiveIterations = state?.effective_iteration_count;
  return {
    ...(kept === undefined ? {} : { sequential: { ...kept, criteria: kept.criteria.map((c) => c ?? undefined) } }),
    ...(effectiveIterations === undefined ? {} : { effectiveIterations }),
  };
}
