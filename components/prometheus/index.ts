export { Prometheus } from "./prometheus";
export type * from "./prometheusArgs";
export { prometheusConfig, type ConfigSettings } from "./prometheusConfig";
export { recordedMetrics } from "./recordedMetrics";
export { recordingRules, type RuleSettings } from "./recordingRules";
