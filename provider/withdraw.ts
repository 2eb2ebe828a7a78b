import type { KubernetesClient } from "../adapters/kubernetes/client";
import { getDeployment } from "../adapters/kubernetes/deployments";
import { orUndefined } from "../adapters/kubernetes/errors";
import { gracePeriodOf } from "../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { ExperimentStore } from "../adapters/kubernetes/experiments";
import { DEPLOYMENTS, SERVICES } from "../adapters/kubernetes/paths";

import { drive } from "../driver/drive";
import { connectDriver } from "./connect";
import { experimentsOf, isEnded, type ReleaseTarget } from "./history";
import { leftovers } from "./leftovers";
import { routesOf } from "./routes";
import type { Tell } from "./tell";
import { LABEL_RELEASE } from "./version";

/** What a release leaves in the cluster when it is destroyed. */
export interface WithdrawInputs extends ReleaseTarget {
  readonly routingReference?: string;
  readonly leaseDuration: string;
  /** `keep`: the version that serves, its Service and its route stay. `delete`: nothing of it stays. */
  readonly onDestroy: "keep" | "delete";
}

/**
 * Deletes an experiment. If it still runs, all traffic goes back to the baseline before it is gone, and the candidate
 * has its grace for the last requests.
 */
export async function endExperiment(
  client: KubernetesClient,
  experiment: ExperimentResource,
  leaseDuration: string,
  tell: Tell,
): Promise<void> {
  const { namespace, name } = experiment.metadata;
  await new ExperimentStore(client).requestDeletion(namespace, name);
  const { world, lease } = connectDriver(client, experiment, leaseDuration);
  await drive(world, lease, { namespace, name }, { onTick: () => undefined, onNotice: tell });
  const running = !isEnded(experiment) && (experiment.status?.trafficSplitPercentage?.candidate ?? 0) > 0;
  if (running) await world.clock.sleep(gracePeriodOf(experiment));
}

/** Removes a Deployment, if a release of this Service made it. */
export async function removeOwned(client: KubernetesClient, target: ReleaseTarget, name: string): Promise<void> {
  const deployment = await getDeployment(client, target.namespace, name);
  if (deployment?.metadata.labels?.[LABEL_RELEASE] !== target.service) return;
  await orUndefined(client.delete(DEPLOYMENTS, target.namespace, name));
}

/**
 * Undoes a release: first the traffic, then the record, then what the release made.
 *
 * @returns names of the Deployments that a release made and that stay
 */
export async function withdraw(client: KubernetesClient, inputs: WithdrawInputs, tell: Tell): Promise<string[]> {
  const { namespace, service, onDestroy } = inputs;
  const unwanted = new Set<string>();
  for (const experiment of await experimentsOf(client, inputs)) {
    if (!isEnded(experiment)) unwanted.add(experiment.spec.targetService.candidate);
    await endExperiment(client, experiment, inputs.leaseDuration, tell);
  }
  const routes = routesOf(client, inputs);
  for (const name of await leftovers(client, inputs, routes)) unwanted.add(name);
  if (onDestroy === "delete") {
    await routes.remove();
    const services = await client.list(SERVICES, namespace, `${LABEL_RELEASE}=${service}`);
    for (const { metadata } of services) await orUndefined(client.delete(SERVICES, namespace, metadata.name));
  }
  const made = (await client.list(DEPLOYMENTS, namespace, `${LABEL_RELEASE}=${service}`)).map((d) => d.metadata.name);
  const kept = onDestroy === "delete" ? [] : made.filter((name) => !unwanted.has(name));
  for (const name of made.filter((one) => !kept.includes(one))) await removeOwned(client, inputs, name);
  return kept;
}
