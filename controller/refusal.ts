import { MetricsConfigError, unfitForCounting, type MetricDefinition } from "../adapters/prometheus";
import { gracePeriodOf, maxSampleAgeOf, planOf, propagationOf } from "../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { Occurrence } from "../engine";

/** Why what an experiment asks for makes no sense, until somebody changes it; undefined when it does. */
export function refusalOf(experiment: ExperimentResource): Occurrence | undefined {
  const { apiVersion = "v1", baseline, candidate } = experiment.spec.targetService;
  if (apiVersion !== "v1") {
    return { reason: "UnsupportedAPIVersion", message: `'spec.targetService.apiVersion' (${apiVersion}) must be v1` };
  }
  if (baseline === candidate) {
    return refused(`'spec.targetService.candidate' (${candidate}) must be another Deployment than the baseline`);
  }
  const { kind = "VirtualService", name } = experiment.spec.routingReference ?? {};
  if (kind !== "VirtualService") {
    return refused(`'spec.routingReference.kind' (${kind}, of ${name}) must be VirtualService`);
  }
  const elsewhere = namespaceElsewhere(experiment);
  if (elsewhere !== undefined) return refused(elsewhere);
  const { prometheusURL = "http://default" } = experiment.spec.serin ?? {};
  if (!URL.canParse(prometheusURL)) {
    // Whatever stands before an @ may be a password.
    const shown = prometheusURL.replace(/^.*@/, "");
    return refused(`'spec.serin.prometheusURL' (${shown}) must be a URL that begins with http:// or https://`);
  }
  try {
    // All that a release reads of it, sooner or later.
    for (const read of [planOf, gracePeriodOf, propagationOf, maxSampleAgeOf]) read(experiment);
    return undefined;
  } catch (error) {
    return refused((error as Error).message);
  }
}

/** A release stays in its own namespace: who may write experiments in one must not move the traffic of another. */
function namespaceElsewhere({ metadata, spec }: ExperimentResource): string | undefined {
  for (const field of ["targetService", "routingReference"] as const) {
    const namespace = spec[field]?.namespace || metadata.namespace;
    if (namespace === metadata.namespace) continue;
    return `'spec.${field}.namespace' (${namespace}) must be the experiment's own, ${metadata.namespace}`;
  }
  return undefined;
}

/**
 * Why its metrics cannot be read, until somebody changes them or their definitions; undefined when they can.
 *
 * @param definitionsFor reads how the metrics of its criteria are defined
 */
export async function metricsRefusalOf(
  experiment: ExperimentResource,
  definitionsFor: (experiment: ExperimentResource) => Promise<readonly MetricDefinition[]>,
): Promise<Occurrence | undefined> {
  const { analysis, criteria } = planOf(experiment);
  try {
    const definitions = await definitionsFor(experiment);
    const unfit = analysis.mode === "sequential" ? unfitForCounting(criteria, definitions) : [];
    return unfit.length === 0 ? undefined : { reason: "SyncMetricsError", message: unfit.join("; ") };
  } catch (error) {
    if (!(error instanceof MetricsConfigError)) throw error;
    return { reason: "SyncMetricsError", message: error.message };
  }
}

function refused(message: string): Occurrence {
  return { reason: "TargetsNotFound", message };
}
