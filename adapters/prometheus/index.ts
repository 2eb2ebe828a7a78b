export {
  PrometheusClient,
  type PrometheusOptions,
  type QueryOptions,
  type QuerySource,
  type RangeOptions,
  type RangeSource,
} from "./client";
export { defaultMetrics } from "./defaultMetrics";
export { unfitForCounting, type CountedCriterion } from "./fitness";
export { FleetObserver, type FleetObserverOptions, type FleetQuery } from "./fleet/fleetObserver";
export { observeFleet, type FleetOptions, type FleetRequest } from "./fleet/observeFleet";
export { observeFleetHistory, type FleetHistoryRequest } from "./fleet/observeFleetHistory";
export { Suspects } from "./fleet/suspects";
export { observeHistory, observeHistoryLabelled, type History, type HistoryOptions } from "./history";
export type { CountsDefinition, MetricDefinition } from "./metricDefinition";
export {
  findMetrics,
  METRICS_CONFIG_MAP,
  MetricsConfigError,
  parseMetricsConfig,
  type MetricsConfigData,
  type MetricsConfigFault,
} from "./metricsConfig";
export { observe, observeLabelled, type ObserveOptions } from "./observe";
export type { QueryFault, QueryResult, Row } from "./queryResult";
export type { Point, RangeResult, RangeSeries } from "./rangeResult";
export { fillTemplate, type VersionLabels, type Window } from "./template";
export { istioLabels, type LabelledVersions, type Versions } from "./versions";
