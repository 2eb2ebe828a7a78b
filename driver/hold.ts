import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { Occurrence } from "../engine";
import { conditionsAfter, messageOf } from "./conditions";
import type { World } from "./world";

/** Says in the record, once, why an experiment is not looked at any further for now; nothing else of the record changes. */
export async function holdBack(world: World, experiment: ExperimentResource, occurrence: Occurrence): Promise<void> {
  const { status, metadata } = experiment;
  const message = messageOf(occurrence);
  if (status?.message === message && status?.observedGeneration === metadata.generation) return;
  world.setUrgency?.("status");
  const written = await world.store.recordStatus(experiment, {
    ...status,
    phase: "Pause",
    message,
    observedGeneration: metadata.generation,
    conditions: conditionsAfter(status?.conditions ?? [], [occurrence], false, world.clock.now()),
  });
  if (status?.message !== message) await world.announce(written, occurrence);
}
