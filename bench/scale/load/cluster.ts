import type { KubernetesClient } from "../../../adapters/kubernetes/client";
import { getDeployment, type Deployment } from "../../../adapters/kubernetes/deployments";
import { isConflict, orUndefined } from "../../../adapters/kubernetes/errors";
import { DEPLOYMENTS, EXPERIMENTS, SERVICES } from "../../../adapters/kubernetes/paths";
import { deploymentObject, experimentObject, ready, serviceObject } from "./objects";
import { forEach } from "./parallel";
import type { Release } from "./releases";

/** Requests to the API server at the same time; enough to keep it busy. */
const WIDTH = 32;

/** Creates the Services of the releases and their baselines, Ready. */
export async function createServices(client: KubernetesClient, releases: readonly Release[]): Promise<void> {
  await forEach(releases, WIDTH, async (release) => {
    await created(client.create(SERVICES, serviceObject(release)));
    await createDeployment(client, release, release.baseline);
  });
}

/** Creates the candidates, Ready. */
export async function createCandidates(client: KubernetesClient, releases: readonly Release[]): Promise<void> {
  await forEach(releases, WIDTH, (release) => createDeployment(client, release, release.candidate));
}

/** Creates the experiments, as fast as the API server takes them. */
export async function createExperiments(
  client: KubernetesClient,
  releases: readonly Release[],
  prometheusUrl: string,
): Promise<void> {
  await forEach(releases, WIDTH, async (release) => {
    await created(client.create(EXPERIMENTS, experimentObject(release, prometheusUrl)));
  });
}

/** Removes the versions that lost, and the experiments too if asked. */
export async function removeOld(
  client: KubernetesClient,
  losers: readonly { readonly namespace: string; readonly name: string }[],
  experiments: readonly Release[],
): Promise<void> {
  await forEach(losers, WIDTH, async ({ namespace, name }) => {
    await orUndefined(client.delete(DEPLOYMENTS, namespace, name));
  });
  await forEach(experiments, WIDTH, async ({ namespace, experiment }) => {
    await orUndefined(client.delete(EXPERIMENTS, namespace, experiment));
  });
}

/** There is no controller for Deployments in the bench's cluster, so it says itself that they are Ready. */
async function createDeployment(client: KubernetesClient, release: Release, name: string): Promise<void> {
  const { namespace, service } = release;
  const deployment =
    (await created(client.create<Deployment>(DEPLOYMENTS, deploymentObject(namespace, service, name)))) ??
    (await getDeployment(client, namespace, name));
  if (deployment !== undefined) await client.replace(DEPLOYMENTS, ready(deployment), "status");
}

/** The object; undefined if an earlier try of the same request, whose answer was lost, has made it. */
async function created<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}
