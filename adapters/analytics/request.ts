import type { LastState, Plan, Strategy, SuccessCriterion } from "../../engine";
import type { Algorithm } from "../../engine/iter8";
import type { MetricDefinition } from "../prometheus/metricDefinition";
import { fillTemplate, type VersionLabels } from "../prometheus/template";
import type { Versions } from "../prometheus/versions";

/** All that an analytics service is to know of a release to judge it. */
export interface AnalyticsQuestion {
  /** Name of the experiment. */
  readonly experiment: string;
  readonly plan: Plan;
  /** How the metrics are read, one a criterion and in the criteria's order. */
  readonly definitions: readonly MetricDefinition[];
  /** The metric that the Bayesian algorithms are to maximise, and its range. */
  readonly reward?: { readonly definition: MetricDefinition; readonly range?: SuccessCriterion["range"] };
  readonly versions: Versions;
  /** When the first iteration began, and the end of what is to be judged; ms since 1970. */
  readonly startedAt: number;
  readonly now: number;
  /** What the service wanted to get back when it was last asked. */
  readonly lastState?: LastState;
}

/** The body of a request, in the names of Iter8 v0.1. */
export interface AnalyticsRequest {
  readonly name: string;
  readonly baseline: WireVersion;
  readonly candidate: WireVersion;
  readonly traffic_control: {
    readonly max_traffic_percent: number;
    readonly success_criteria: readonly (WireMetric & WireCriterion)[];
    readonly step_size?: number;
    readonly confidence?: number;
    readonly reward?: WireMetric & { readonly min_max?: SuccessCriterion["range"] };
  };
  readonly _last_state: LastState;
}

interface WireVersion {
  readonly start_time: string;
  readonly end_time: string;
  readonly tags: VersionLabels;
}

interface WireMetric {
  readonly metric_name: string;
  readonly is_counter: boolean;
  readonly absent_value: string;
  readonly metric_query_template: string;
  readonly metric_sample_size_query_template: string;
}

interface WireCriterion {
  readonly type: SuccessCriterion["toleranceType"];
  readonly value: number;
  readonly stop_on_failure: boolean;
  readonly sample_size?: number;
  readonly min_max?: SuccessCriterion["range"];
}

const ALGORITHM_OF: Readonly<Partial<Record<Strategy, Algorithm>>> = {
  check_and_increment: "check_and_increment",
  epsilon_greedy: "epsilon_t_greedy",
  posterior_bayesian_routing: "posterior_bayesian_routing",
  optimistic_bayesian_routing: "optimistic_bayesian_routing",
};

/**
 * Name of the endpoint that judges for a strategy.
 *
 * @throws {TypeError} for a strategy that no analytics service knows
 */
export function algorithmOf(strategy: Strategy): Algorithm {
  const algorithm = ALGORITHM_OF[strategy];
  if (algorithm === undefined) throw new TypeError(`no analytics service knows the strategy '${strategy}'`);
  return algorithm;
}

/** The request that Iter8's controller v0.1 would send. */
export function analyticsRequest(question: AnalyticsQuestion): AnalyticsRequest {
  const { experiment, plan, definitions, reward, versions, lastState = {} } = question;
  const { traffic, criteria } = plan;
  const tags = { baseline: tagsOf(versions, "baseline"), candidate: tagsOf(versions, "candidate") };
  const times = { start_time: rfc3339(question.startedAt), end_time: rfc3339(question.now) };
  const metric = (definition: MetricDefinition) => metricOf(definition, [tags.baseline, tags.candidate]);
  const isBayesian = traffic.strategy.endsWith("_bayesian_routing");
  return {
    name: experiment,
    baseline: { ...times, tags: tags.baseline },
    candidate: { ...times, tags: tags.candidate },
    traffic_control: {
      max_traffic_percent: traffic.maxWeight,
      success_criteria: criteria.map((criterion, i) => ({
        ...metric(definitions[i] as MetricDefinition),
        ...criterionOf(criterion, isBayesian),
      })),
      ...(traffic.strategy === "check_and_increment" ? { step_size: traffic.step } : {}),
      ...(isBayesian ? { confidence: traffic.confidence } : {}),
      ...(reward && { reward: { ...metric(reward.definition), ...(reward.range && { min_max: reward.range }) } }),
    },
    _last_state: lastState,
  };
}

/** The labels by which Iter8 v0.1 tells Deployments apart, in the order in which its controller writes them. */
function tagsOf({ namespace, ...names }: Versions, version: "baseline" | "candidate"): VersionLabels {
  return { destination_service_namespace: namespace, destination_workload: names[version] };
}

function criterionOf(criterion: SuccessCriterion, isBayesian: boolean): WireCriterion {
  const { toleranceType: type, tolerance: value, stopOnFailure: stop_on_failure, sampleSize, range } = criterion;
  const common = { type, value, stop_on_failure };
  if (!isBayesian) return { ...common, sample_size: sampleSize };
  return range === undefined ? common : { ...common, min_max: range };
}

function metricOf(definition: MetricDefinition, versions: readonly VersionLabels[]): WireMetric {
  return {
    metric_name: definition.name,
    is_counter: definition.isCounter,
    absent_value: definition.absentValue === null ? "None" : String(definition.absentValue),
    metric_query_template: withSelector(definition.queryTemplate, versions),
    metric_sample_size_query_template: withSelector(definition.sampleSizeTemplate, versions),
  };
}

/** The placeholder that is Serin's own is filled in here: other services know only Iter8's. */
function withSelector(template: string, versions: readonly VersionLabels[]): string {
  const selector = fillTemplate("$entity_selector", { start: 0, end: 0, evaluatedAt: 0 }, versions);
  return template.replace(/\$entity_selector\b/g, () => selector);
}

/** To the second, as Iter8's controller writes times. */
function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
