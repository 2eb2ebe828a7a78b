export { PrometheusClient, type PrometheusOptions, type QueryOptions, type QuerySource } from "./client";
export { defaultMetrics } from "./defaultMetrics";
export type { MetricDefinition } from "./metricDefinition";
export {
  findMetrics,
  METRICS_CONFIG_MAP,
  MetricsConfigError,
  parseMetricsConfig,
  type MetricsConfigData,
  type MetricsConfigFault,
} from "./metricsConfig";
export { observe, observeLabelled, type LabelledVersions, type ObserveOptions, type Versions } from "./observe";
export type { QueryFault, QueryResult, Row } from "./queryResult";
export { fillTemplate, type VersionLabels, type Window } from "./template";
