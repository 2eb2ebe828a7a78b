import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { isEnded, type ReleaseState } from "../engine";
import { lastingRoute } from "./route";
import type { Scene } from "./scene";
import type { World } from "./world";

/**
 * Lets a deleted experiment go: a release that had not ended gives all traffic back to the baseline first, one with a
 * verdict gets the split it had decided on. After the end the route is left as it is.
 */
export async function releaseFinalizer(
  world: World,
  experiment: ExperimentResource,
  state: ReleaseState,
  scene: Scene,
): Promise<void> {
  // A user's own VirtualService that is gone has no traffic to give back, and must not keep the experiment for ever.
  const routable = experiment.spec.routingReference === undefined || scene.route.virtualService !== undefined;
  if (!isEnded(state) && routable) {
    const decided = state.verdict === undefined ? { ...state, weight: scene.baseline ? 0 : 100 } : state;
    const route = lastingRoute(experiment, decided, scene);
    if (route) await scene.routes.apply(route, scene.route);
  }
  await world.store.removeFinalizer(experiment);
}
