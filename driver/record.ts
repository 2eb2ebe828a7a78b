import { extendHistory, statusOf } from "../adapters/kubernetes/experiment/write";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { isHeld, type Plan, type ReleaseState, type Transition } from "../engine";
import { conditionsAfter, messageOf, overcome } from "./conditions";
import type { Urgency, World } from "./world";

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
  const conditions = experiment.status?.conditions ?? [];
  const solved = state.stage === "iterating" ? overcome(conditions, occurrences, isHeld(state)) : [];
  const told = [...solved, ...occurrences];
  world.setUrgency?.(urgencyOf(before, state));
  const history = extendHistory(experiment.status?.serin?.history ?? [], before, state, now);
  const written = await world.store.recordStatus(experiment, {
    ...statusOf(plan, state, history),
    observedGeneration: experiment.metadata.generation,
    conditions: conditionsAfter(conditions, told, state.stage === "ended", now),
    message: messageOf(told.at(-1)) ?? experiment.status?.message,
  });
  for (const occurrence of told) await world.announce(written, occurrence);
  return written;
}

/** How urgent it is to write a change of state, and to act on it. A release that has not begun can wait. */
export function urgencyOf(before: ReleaseState, after: ReleaseState): Urgency {
  if (after.weight < before.weight) return "rollback";
  if (before.stage === "waiting") return "status";
  return after.weight === before.weight && after.stage === before.stage ? "status" : "step";
}
