import { askAnalytics, type AnalyticsOptions } from "../adapters/analytics";
import type { KubernetesApi } from "../adapters/kubernetes/api";
import { analyticsServiceOf } from "../adapters/kubernetes/experiment/analyticsService";
import { maxSampleAgeOf, planOf, stateOf } from "../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { loadMetrics } from "../adapters/kubernetes/metrics";
import {
  MetricsConfigError,
  observe,
  observeHistory,
  type FleetHistoryRequest,
  type FleetRequest,
  type MetricDefinition,
  type PrometheusClient,
  type Versions,
} from "../adapters/prometheus";
import type { MetricHistory, Observation } from "../engine";
import type { World } from "./world";

/** How far back the baseline's past is looked at, in windows of an iteration's length. */
const WINDOWS = 120;

/**
 * How the metrics of an experiment's criteria are read, in the criteria's order.
 *
 * @param platformNamespace where the platform's own definitions are; default: `iter8`
 * @throws MetricsConfigError naming the metric that is not defined, and those that are
 */
export function definitionsFor(
  client: KubernetesApi,
  experiment: ExperimentResource,
  platformNamespace?: string,
): Promise<MetricDefinition[]> {
  const metrics = planOf(experiment).criteria.map(({ metric }) => metric);
  return loadMetrics(client, experiment.metadata.namespace, metrics, platformNamespace);
}

/** How to ask an analytics service; and where the platform's own metric definitions are. Default: `iter8`. */
export interface JudgeOptions extends Omit<AnalyticsOptions, "baseURL"> {
  readonly platformNamespace?: string;
}

/**
 * What the analytics service that an experiment names says of it.
 *
 * @throws TypeError when it names none: see {@link analyticsServiceOf}
 */
export async function judge(
  client: KubernetesApi,
  experiment: ExperimentResource,
  startedAt: number,
  now: number,
  { platformNamespace, ...options }: JudgeOptions = {},
): Promise<Observation> {
  const { metadata, spec } = experiment;
  const baseURL = analyticsServiceOf(experiment);
  if (baseURL === undefined) throw new TypeError(`experiment ${metadata.name} names no analytics service`);
  const plan = planOf(experiment);
  const reward = spec.analysis?.reward;
  const names = [...plan.criteria.map(({ metric }) => metric), ...(reward ? [reward.metricName] : [])];
  return unlessChanging(async () => {
    const loaded = await loadMetrics(client, metadata.namespace, names, platformNamespace);
    const rewarded = loaded[plan.criteria.length];
    const question = {
      experiment: metadata.name,
      plan,
      definitions: loaded.slice(0, plan.criteria.length),
      ...(rewarded && { reward: { definition: rewarded, range: reward?.min_max } }),
      versions: versionsOf(experiment),
      startedAt,
      now,
      lastState: stateOf(experiment, plan, now).lastState,
    };
    return askAnalytics(question, { ...options, baseURL });
  });
}

/** Whatever shows what the metrics of one release do. */
export interface MetricSource {
  observe(request: FleetRequest, now: number): Promise<Observation>;
  history(request: FleetHistoryRequest, now: number): Promise<readonly (MetricHistory | undefined)[]>;
}

/** Asks a Prometheus about each release by itself. */
export function askAlone(prometheus: PrometheusClient): MetricSource {
  return {
    observe: ({ definitions, versions, startedAt, ...options }, now) =>
      observe(prometheus, definitions, versions, startedAt, now, options),
    history: async ({ definitions, versions, ...options }, now) =>
      (await observeHistory(prometheus, definitions, versions, now, options)).histories,
  };
}

/**
 * What a driver is to see of an experiment: its analytics service's judgement if it names one, else what Prometheus shows
 * of the metrics of its criteria.
 */
export function experimentMetrics(
  client: KubernetesApi,
  sourceFor: (experiment: ExperimentResource) => MetricSource,
  platformNamespace?: string,
): Pick<World, "observe" | "history"> {
  return {
    observe: (experiment, startedAt, now) => {
      if (analyticsServiceOf(experiment) !== undefined) {
        return judge(client, experiment, startedAt, now, { platformNamespace });
      }
      return unlessChanging(async () =>
        sourceFor(experiment).observe(
          {
            definitions: await definitionsFor(client, experiment, platformNamespace),
            versions: versionsOf(experiment),
            startedAt,
            maxAgeMs: maxSampleAgeOf(experiment),
            counts: planOf(experiment).analysis.mode === "sequential",
          },
          now,
        ),
      );
    },

    history: async (experiment, now) => {
      try {
        const request = {
          definitions: await definitionsFor(client, experiment, platformNamespace),
          versions: versionsOf(experiment),
          maxAgeMs: maxSampleAgeOf(experiment),
          windowMs: planOf(experiment).traffic.intervalMs,
          windows: WINDOWS,
        };
        return await sourceFor(experiment).history(request, now);
      } catch (error) {
        if (error instanceof MetricsConfigError) return [];
        throw error;
      }
    },
  };
}

/** The definitions were sound when the release began: who changes them meanwhile is no reason to lose it. */
async function unlessChanging(observation: () => Promise<Observation>): Promise<Observation> {
  try {
    return await observation();
  } catch (error) {
    if (!(error instanceof MetricsConfigError)) throw error;
    return { kind: "unavailable", fault: "malformed", detail: error.message };
  }
}

function versionsOf({ metadata, spec }: ExperimentResource): Versions {
  const { baseline, candidate } = spec.targetService;
  return { baseline, candidate, namespace: metadata.namespace };
}
