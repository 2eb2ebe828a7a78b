import type { Occurrence, Reason } from "../../engine";
import type { ExperimentResource } from "../kubernetes/experiment/resource";
import type { Channel } from "./channel";

/** Levels of a channel, the one that hears least first; Iter8's. */
export const LEVELS = ["error", "warning", "normal", "verbose"] as const;
export type Level = (typeof LEVELS)[number];

const LEAST_SEVERITY: Readonly<Record<Level, number>> = { error: 4, warning: 3, normal: 2, verbose: 1 };

const SEVERITY: Readonly<Record<Reason, number>> = {
  ExperimentSucceeded: 5,
  ExperimentFailed: 5,
  TargetsNotFound: 4,
  UnsupportedAPIVersion: 4,
  SyncMetricsError: 4,
  RoutingRulesError: 4,
  AnalyticsServiceError: 4,
  Pause: 4,
  IterationFailed: 3,
  IterationSucceeded: 2,
  TargetsFound: 1,
  AnalyticsServiceRunning: 1,
  IterationUpdate: 1,
  SyncMetricsSucceeded: 1,
  RoutingRulesReady: 1,
  // Iter8 tells no channel of it, whatever the level.
  Resume: 0,
};

/** How much an occurrence matters, as Iter8 v0.1 has it: 5 for a verdict, down to 0 for what no channel is told. */
export function severityOf(reason: Reason): number {
  return SEVERITY[reason];
}

/** Whether a channel wants to hear of what happened to this experiment: by its level, namespace and labels. */
export function wants(channel: Channel, { metadata }: ExperimentResource, { reason }: Occurrence): boolean {
  const { namespace, labels, level } = channel;
  if (severityOf(reason) < LEAST_SEVERITY[level]) return false;
  if (namespace !== undefined && namespace !== metadata.namespace) return false;
  const carried = new Map(Object.entries(metadata.labels ?? {}));
  return Object.entries(labels).every(([key, value]) => carried.get(key) === value);
}
