import { maxSampleAgeOf, planOf } from "../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { KubernetesClient } from "../adapters/kubernetes/client";
import { loadMetrics } from "../adapters/kubernetes/metrics";
import {
  MetricsConfigError,
  observe,
  observeHistory,
  type MetricDefinition,
  type PrometheusClient,
  type Versions,
} from "../adapters/prometheus";
import type { World } from "./world";

/** How far back the baseline's past is looked at, in windows of an iteration's length. */
const WINDOWS = 120;

/** The metrics of an experiment's criteria, as a driver asks for them. */
export function experimentMetrics(
  client: KubernetesClient,
  prometheus: PrometheusClient,
): Pick<World, "observe" | "history"> {
  const definitionsOf = (experiment: ExperimentResource): Promise<MetricDefinition[]> => {
    const metrics = planOf(experiment).criteria.map(({ metric }) => metric);
    return loadMetrics(client, experiment.metadata.namespace, metrics);
  };
  return {
    observe: async (experiment, startedAt, now) => {
      let definitions: MetricDefinition[];
      try {
        definitions = await definitionsOf(experiment);
      } catch (error) {
        // They were sound when the release began: somebody is changing them, which is no reason to lose it.
        if (error instanceof MetricsConfigError)
          return { kind: "unavailable", fault: "malformed", detail: error.message };
        throw error;
      }
      return observe(prometheus, definitions, versionsOf(experiment), startedAt, now, {
        maxAgeMs: maxSampleAgeOf(experiment),
        counts: planOf(experiment).analysis.mode === "sequential",
      });
    },

    history: async (experiment, now) => {
      const windowMs = planOf(experiment).traffic.intervalMs;
      const maxAgeMs = maxSampleAgeOf(experiment);
      try {
        const definitions = await definitionsOf(experiment);
        const options = { windowMs, windows: WINDOWS, maxAgeMs };
        return (await observeHistory(prometheus, definitions, versionsOf(experiment), now, options)).histories;
      } catch (error) {
        if (error instanceof MetricsConfigError) return [];
        throw error;
      }
    },
  };
}

function versionsOf({ metadata, spec }: ExperimentResource): Versions {
  const { baseline, candidate } = spec.targetService;
  return { baseline, candidate, namespace: metadata.namespace };
}
