import { gracePeriodOf } from "../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { finish, winner, type Plan, type ReleaseState } from "../engine";
import { record } from "./record";
import { foreignEdit } from "./foreignEdit";
import { lastingRoute, leavingRoute } from "./route";
import type { Scene } from "./scene";
import type { TickResult } from "./tickResult";
import type { World } from "./world";

/** What one driver remembers of a release, beside the record. A driver that takes over starts anew. */
export interface Drain {
  /**
   * While the release ends: since when, by the monotonic clock, the final split has been seen in place. So the loser's last
   * requests always get their full grace.
   */
  routedAt?: number;
  /** When the release begins if it can now, in ms since 1970: the same for all that begin together. Default: now. */
  beginsAt?: number;
  /** When the present weight was routed, in ms since 1970: later than recorded, where the API server was slow to take it. */
  weightSince?: number;
}

/**
 * The steps after a verdict, each of which may be repeated: the final split, the grace for the loser's last requests,
 * the lasting route without the loser's subset, the loser's removal where that was asked for, and the end.
 */
export async function advanceEnding(
  world: World,
  experiment: ExperimentResource,
  plan: Plan,
  state: ReleaseState,
  scene: Scene,
  drain: Drain,
): Promise<TickResult> {
  const unchanged = { plan, before: state, after: state, occurrences: [] };
  const { routes, route } = scene;
  const lasting = lastingRoute(experiment, state, scene);
  const leaving = leavingRoute(experiment, state, scene);
  const isFinal = [lasting, leaving].some((one) => one === undefined || routes.isInPlace(one, route));
  if (leaving && !isFinal) {
    world.setUrgency?.(state.weight === 0 ? "rollback" : "step");
    const occurrences = route.foreignEdit ? foreignEdit(false) : [];
    if (occurrences.length > 0) await record(world, experiment, plan, state, { state, occurrences });
    await routes.apply(leaving, route);
    delete drain.routedAt;
  }
  world.setUrgency?.("status"); // the traffic is where it belongs
  const routedAt = (drain.routedAt ??= world.clock.monotonic());
  const left = routedAt + gracePeriodOf(experiment) - world.clock.monotonic();
  if (left > 0) return { kind: "running", dueAt: world.clock.now() + left, report: unchanged };
  if (lasting) await routes.apply(lasting, route);
  await removeLoser(world, experiment, plan, state);

  const after = finish(state, world.clock.now());
  const ended = await record(world, experiment, plan, state, { state: after, occurrences: [] });
  await world.store.removeFinalizer(ended);
  return { kind: "ended", experiment: ended, report: { plan, before: state, after, occurrences: [] } };
}

async function removeLoser(
  world: World,
  experiment: ExperimentResource,
  plan: Plan,
  state: ReleaseState,
): Promise<void> {
  const kept = winner(plan, state);
  if (experiment.spec.cleanup !== "delete" || kept === undefined) return;
  const loser = kept === plan.candidate ? plan.baseline : plan.candidate;
  await world.deleteDeployment(experiment.metadata.namespace, loser);
}
