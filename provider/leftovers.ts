import type { ServiceRoutes } from "../adapters/istio/routes";
import type { KubernetesClient } from "../adapters/kubernetes/client";
import { podLabels, selects, type Deployment } from "../adapters/kubernetes/deployments";
import { DEPLOYMENTS } from "../adapters/kubernetes/paths";
import { experimentsOf, type ReleaseTarget } from "./history";
import { LABEL_RELEASE } from "./version";

/**
 * Names of the Deployments that a release of this Service made and that nothing needs any more: the route does not
 * lead to them and no experiment speaks of them. A run that was killed leaves them behind.
 */
export async function leftovers(
  client: KubernetesClient,
  target: ReleaseTarget,
  routes: ServiceRoutes,
): Promise<string[]> {
  const { weights, destinationRule } = await routes.read();
  const routed = (destinationRule?.spec.subsets ?? []).filter(({ name }) => (weights[name] ?? 0) > 0);
  if (routed.length === 0) return []; // without a route, any of them may serve
  const spokenOf = (await experimentsOf(client, target)).flatMap(({ spec: { targetService } }) => [
    targetService.baseline,
    targetService.candidate,
  ]);
  const made = await client.list<Deployment>(DEPLOYMENTS, target.namespace, `${LABEL_RELEASE}=${target.service}`);
  return made
    .filter((deployment) => !routed.some(({ labels }) => selects(labels, podLabels(deployment))))
    .map(({ metadata }) => metadata.name)
    .filter((name) => !spokenOf.includes(name));
}
