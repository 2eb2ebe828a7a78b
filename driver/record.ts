import { extendHistory, statusOf } from "../adapters/kubernetes/experiment/write";
import type { Condition, ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { Occurrence, Plan, ReleaseState, Transition } from "../engine";
import type { World } from "./world";

/** Which condition a reason speaks of, and how it stands then; reasons of mere progress have none. */
const CONDITION_OF: Readonly<Partial<Record<Occurrence["reason"], readonly [type: string, status: "True" | "False"]>>> =
  {
    TargetsFound: ["TargetsProvided", "True"],
    TargetsNotFound: ["TargetsProvided", "False"],
    AnalyticsServiceRunning: ["AnalyticsServiceNormal", "True"],
    AnalyticsServiceError: ["AnalyticsServiceNormal", "False"],
    SyncMetricsSucceeded: ["MetricsSynced", "True"],
    SyncMetricsError: ["MetricsSynced", "False"],
    RoutingRulesReady: ["RoutingRulesReady", "True"],
    RoutingRulesError: ["RoutingRulesReady", "False"],
    ExperimentSucceeded: ["ExperimentSucceeded", "True"],
    ExperimentFailed: ["ExperimentSucceeded", "False"],
  };

/**
 * Writes a transition into the record, before anything acts on it, and announces what happened.
 *
 * @returns the object as written, to be the condition of the next write
 * @throws KubernetesError 409 when the record has changed since it was read: then nothing was written
 */
export async function record(
  world: World,
  experiment: ExperimentResource,
  plan: Plan,
  before: ReleaseState,
  { state, occurrences }: Transition,
): Promise<ExperimentResource> {
  const now = world.clock.now();
  const history = extendHistory(experiment.status?.serin?.history ?? [], before, state, now);
  const written = await world.store.recordStatus(experiment, {
    ...statusOf(plan, state, history),
    observedGeneration: experiment.metadata.generation,
    conditions: conditionsAfter(experiment.status?.conditions ?? [], state, occurrences, now),
    message: messageOf(occurrences.at(-1)) ?? experiment.status?.message,
  });
  for (const occurrence of occurrences) await world.announce(written, occurrence);
  return written;
}

/** Iter8's form: "Reason: text", or just the reason. */
function messageOf(occurrence: Occurrence | undefined): string | undefined {
  if (occurrence === undefined) return undefined;
  return occurrence.message === "" ? occurrence.reason : `${occurrence.reason}: ${occurrence.message}`;
}

function conditionsAfter(
  before: readonly Condition[],
  state: ReleaseState,
  occurrences: readonly Occurrence[],
  now: number,
): readonly Condition[] {
  let conditions = before;
  for (const { reason, message } of occurrences) {
    const condition = CONDITION_OF[reason];
    if (condition) conditions = withCondition(conditions, condition[0], condition[1], reason, message, now);
  }
  const completed = state.stage === "ended" ? "True" : "False";
  conditions = withCondition(conditions, "ExperimentCompleted", completed, "", "", now);
  return conditions;
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
