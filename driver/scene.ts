import type { ObservedRoute, ServiceRoutes } from "../adapters/istio/routes";
import { targetState, type Deployment, type Service } from "../adapters/kubernetes/deployments";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { Targets } from "../engine";
import type { World } from "./world";

/** Everything of the cluster that one tick looks at, read once. */
export interface Scene {
  readonly service?: Service;
  readonly baseline?: Deployment;
  readonly candidate?: Deployment;
  readonly routes: ServiceRoutes;
  readonly route: ObservedRoute;
}

/** The namespace of an experiment's Service and Deployments. */
export function namespaceOf(experiment: ExperimentResource): string {
  return experiment.metadata.namespace;
}

export async function readScene(world: World, experiment: ExperimentResource): Promise<Scene> {
  const namespace = namespaceOf(experiment);
  const { name, baseline, candidate } = experiment.spec.targetService;
  const routes = world.routesOf(experiment);
  const [service, baselineDeployment, candidateDeployment, route] = await Promise.all([
    world.service(namespace, name),
    world.deployment(namespace, baseline),
    world.deployment(namespace, candidate),
    routes.read(),
  ]);
  return { service, baseline: baselineDeployment, candidate: candidateDeployment, routes, route };
}

export function targetsOf(scene: Scene): Targets {
  return {
    service: scene.service === undefined ? "missing" : "ready",
    baseline: targetState(scene.baseline),
    candidate: targetState(scene.candidate),
  };
}
