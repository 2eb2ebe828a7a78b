import type { DesiredRoute } from "../adapters/istio/desiredRoute";
import { podLabels } from "../adapters/kubernetes/deployments";
import { propagationOf } from "../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { split, type ReleaseState } from "../engine";
import type { Scene } from "./scene";

/**
 * The route that the record asks for, as far as the versions exist. With one version alone there is nothing to split;
 * with neither there is no route to ask for.
 */
export function routeFor(experiment: ExperimentResource, state: ReleaseState, scene: Scene): DesiredRoute | undefined {
  const { baseline, candidate } = scene;
  if (baseline && candidate) {
    return {
      role: "progressing",
      baseline: podLabels(baseline),
      candidate: podLabels(candidate),
      weights: split(Math.round(state.weight)), // Istio's weights are whole
      experiment: experiment.metadata.name,
    };
  }
  return winnerAlone(state, scene);
}

/** The route to the version that has all traffic; undefined when both have a share, or that version is gone. */
function winnerAlone(state: ReleaseState, { baseline, candidate }: Scene): DesiredRoute | undefined {
  if (baseline && state.weight === 0) return { role: "stable", stable: podLabels(baseline) };
  if (candidate && state.weight === 100) return { role: "stable", stable: podLabels(candidate) };
  return undefined;
}

/** The route to leave behind: the winner alone, or the last split where both stay. */
export function lastingRoute(
  experiment: ExperimentResource,
  state: ReleaseState,
  scene: Scene,
): DesiredRoute | undefined {
  const alone = winnerAlone(state, scene);
  if (alone) return alone;
  const both = routeFor(experiment, state, scene);
  return both?.role === "progressing" ? { ...both, settled: true } : both;
}

/** The route from the verdict on until the loser's last requests are answered: the final weights, with the subsets of both. */
export function leavingRoute(
  experiment: ExperimentResource,
  state: ReleaseState,
  scene: Scene,
): DesiredRoute | undefined {
  const alone = winnerAlone(state, scene);
  const both = routeFor(experiment, state, scene);
  if (alone?.role !== "stable" || both?.role !== "progressing") return both;
  const { baseline, candidate } = both;
  return { ...alone, leaving: { baseline, candidate, experiment: experiment.metadata.name } };
}

/** Whether the route is what the record asks for. */
export function followsRecord(experiment: ExperimentResource, state: ReleaseState, scene: Scene): boolean {
  const desired = routeFor(experiment, state, scene);
  return desired === undefined || scene.routes.isInPlace(desired, scene.route);
}

/**
 * Before a release begins: adds the subsets that its first route names. @returns how long that route is to be held back, in
 * ms, lest a proxy get it before the subsets; 0 where nothing is in the way
 */
export async function prepareRoute(experiment: ExperimentResource, state: ReleaseState, scene: Scene): Promise<number> {
  const desired = routeFor(experiment, state, scene);
  return desired === undefined ? 0 : scene.routes.prepare(desired, scene.route, propagationOf(experiment));
}

/** Follows the record: puts the route right where it differs from it. @returns whether it had to */
export async function followRecord(
  experiment: ExperimentResource,
  state: ReleaseState,
  scene: Scene,
): Promise<boolean> {
  const desired = routeFor(experiment, state, scene);
  return desired === undefined ? false : scene.routes.apply(desired, scene.route);
}
