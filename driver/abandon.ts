import { isForbidden } from "../adapters/kubernetes/errors";
import { stateOf } from "../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { isEnded } from "../engine";
import { lastingRoute } from "./route";
import type { Scene } from "./scene";
import type { World } from "./world";

/**
 * Lets a deleted experiment go: a release that had not ended gives all traffic back to the baseline first, one with a
 * verdict gets the split it had decided on. After the end the route is left as it is.
 */
export async function releaseFinalizer(world: World, experiment: ExperimentResource, scene: Scene): Promise<void> {
  // What the experiment asked for does not matter any more, and must not keep it, even if it makes no sense.
  const state = stateOf(experiment, { criteria: [] }, world.clock.now());
  // A user's own VirtualService that is gone has no traffic to give back, and must not keep the experiment for ever.
  const routable = experiment.spec.routingReference === undefined || scene.route.virtualService !== undefined;
  world.setUrgency?.("rollback");
  if (!isEnded(state) && routable) {
    const decided = state.verdict === undefined ? { ...state, weight: scene.baseline ? 0 : 100 } : state;
    const route = lastingRoute(experiment, decided, scene);
    if (route) await scene.routes.apply(route, scene.route).catch(unlessNamespaceEnds);
  }
  await world.store.removeFinalizer(experiment);
}

/** In a namespace that is being deleted nothing can be made any more, and everything else goes with it. */
function unlessNamespaceEnds(error: unknown): void {
  if (isForbidden(error) && /being terminated/.test((error as Error).message)) return;
  throw error;
}
