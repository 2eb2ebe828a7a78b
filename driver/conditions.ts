import type { Condition } from "../adapters/kubernetes/experiment/resource";
import type { Occurrence } from "../engine";

/** Which condition a reason speaks of, and how it stands then; reasons of mere progress have none. */
const CONDITION_OF: Readonly<Partial<Record<Occurrence["reason"], readonly [type: string, status: "True" | "False"]>>> =
  {
    TargetsFound: ["TargetsProvided", "True"],
    TargetsNotFound: ["TargetsProvided", "False"],
    UnsupportedAPIVersion: ["TargetsProvided", "False"],
    AnalyticsServiceRunning: ["AnalyticsServiceNormal", "True"],
    AnalyticsServiceError: ["AnalyticsServiceNormal", "False"],
    SyncMetricsSucceeded: ["MetricsSynced", "True"],
    SyncMetricsError: ["MetricsSynced", "False"],
    RoutingRulesReady: ["RoutingRulesReady", "True"],
    RoutingRulesError: ["RoutingRulesReady", "False"],
    ExperimentSucceeded: ["ExperimentSucceeded", "True"],
    ExperimentFailed: ["ExperimentSucceeded", "False"],
  };

/** Iter8's form: "Reason: text", or just the reason. */
export function messageOf(occurrence: Occurrence | undefined): string | undefined {
  if (occurrence === undefined) return undefined;
  return occurrence.message === "" ? occurrence.reason : `${occurrence.reason}: ${occurrence.message}`;
}

/** What to tell when that which held a release back is in its way no more. */
const OVERCOME: Readonly<Record<string, Occurrence["reason"]>> = {
  MetricsSynced: "SyncMetricsSucceeded",
  TargetsProvided: "TargetsFound",
  RoutingRulesReady: "RoutingRulesReady",
};

/**
 * What a release that iterates shows of conditions that still say why it could not; other occurrences may tell it already.
 *
 * @param held whether its weight is held because it is not in effect: then the route is not right yet
 */
export function overcome(
  conditions: readonly Condition[],
  told: readonly Occurrence[],
  held = false,
): readonly Occurrence[] {
  const isTold = (type: string) => told.some(({ reason }) => CONDITION_OF[reason]?.[0] === type);
  return conditions.flatMap(({ type, status }) => {
    const stands = held && type === "RoutingRulesReady";
    const reason = status === "False" && !stands && !isTold(type) ? OVERCOME[type] : undefined;
    return reason === undefined ? [] : [{ reason, message: "" }];
  });
}

/** The conditions after something has occurred. */
export function conditionsAfter(
  before: readonly Condition[],
  occurrences: readonly Occurrence[],
  isCompleted: boolean,
  now: number,
): readonly Condition[] {
  let conditions = before;
  for (const { reason, message } of occurrences) {
    const condition = CONDITION_OF[reason];
    if (condition) conditions = withCondition(conditions, condition[0], condition[1], reason, message, now);
  }
  return withCondition(conditions, "ExperimentCompleted", isCompleted ? "True" : "False", "", "", now);
}

function withCondition(
  conditions: readonly Condition[],
  type: string,
  status: "True" | "False",
  reason: string,
  message: string,
  now: number,
): readonly Condition[] {
  const old = conditions.find((c) => c.type === type);
  const since = old?.status === status ? old.lastTransitionTime : undefined;
  const lastTransitionTime = since ?? new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
  const updated: Condition = {
    type,
    status,
    lastTransitionTime,
    ...(reason && { reason }),
    ...(message && { message }),
  };
  return old ? conditions.map((c) => (c === old ? updated : c)) : [...conditions, updated];
}
