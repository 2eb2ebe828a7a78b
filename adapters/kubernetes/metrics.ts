import type { MetricDefinition } from "../prometheus/metricDefinition";
import { findMetrics, METRICS_CONFIG_MAP, type MetricsConfigData } from "../prometheus/metricsConfig";
import type { KubernetesApi } from "./api";
import { isForbidden, orUndefined } from "./errors";
import { CONFIG_MAPS, type KubernetesObject } from "./paths";

/** Where the platform's own metric definitions are, unless told otherwise. */
const PLATFORM_NAMESPACE = "iter8";

/**
 * The definitions of metrics by name, from the ConfigMap of the release's own namespace, else the platform's, else
 * the built-in ones.
 *
 * @throws MetricsConfigError naming the metric that is not defined, and those that are
 */
export async function loadMetrics(
  client: KubernetesApi,
  namespace: string,
  names: readonly string[],
  platformNamespace = PLATFORM_NAMESPACE,
): Promise<MetricDefinition[]> {
  const data = (await configData(client, namespace)) ?? (await platformData(client, platformNamespace));
  return findMetrics(names, data);
}

/** Who may not read the platform's definitions does without them. */
async function platformData(client: KubernetesApi, namespace: string): Promise<MetricsConfigData | undefined> {
  try {
    return await configData(client, namespace);
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

async function configData(client: KubernetesApi, namespace: string): Promise<MetricsConfigData | undefined> {
  type ConfigMap = KubernetesObject & { readonly data?: MetricsConfigData };
  const found = await orUndefined(client.get<ConfigMap>(CONFIG_MAPS, namespace, METRICS_CONFIG_MAP));
  return found?.data;
}
