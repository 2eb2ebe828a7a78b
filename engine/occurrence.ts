/** Reasons as Iter8 v0.1 names them: of conditions, of Kubernetes Events, and of status messages. */
export type Reason =
  | "TargetsFound"
  | "TargetsNotFound"
  | "UnsupportedAPIVersion"
  | "AnalyticsServiceRunning"
  | "AnalyticsServiceError"
  | "IterationUpdate"
  | "IterationSucceeded"
  | "IterationFailed"
  | "ExperimentSucceeded"
  | "ExperimentFailed"
  | "SyncMetricsSucceeded"
  | "SyncMetricsError"
  | "RoutingRulesReady"
  | "RoutingRulesError"
  | "Pause"
  | "Resume";

/** Something that a person who follows the release should hear of. */
export interface Occurrence {
  readonly reason: Reason;
  readonly message: string;
}

const WARNINGS: ReadonlySet<Reason> = new Set([
  "TargetsNotFound",
  "UnsupportedAPIVersion",
  "AnalyticsServiceError",
  "SyncMetricsError",
  "RoutingRulesError",
  "ExperimentFailed",
]);

/** Whether Kubernetes should show it as a Warning (else Normal). */
export function isWarning(reason: Reason): boolean {
  return WARNINGS.has(reason);
}
