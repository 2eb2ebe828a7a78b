import {
  DESTINATION_RULES,
  VIRTUAL_SERVICES,
  type DestinationRule,
  type VirtualService,
} from "../../adapters/istio/rules";
import type { KubernetesClient } from "../../adapters/kubernetes/client";
import { targetState, type Deployment } from "../../adapters/kubernetes/deployments";
import { orUndefined } from "../../adapters/kubernetes/errors";
import { DEPLOYMENTS, SERVICES, type Collection, type KubernetesObject } from "../../adapters/kubernetes/paths";
import { servicePort } from "../../sandbox/app/app";
import { NAMESPACE, type Stage } from "./stage";

const ANNOTATIONS = "mesh.serin.dev/";
const RATE = `${ANNOTATIONS}requests-per-second`;
const READY_WITHIN_MS = 60_000;

/** Annotations by which a pod fails this share of its requests, 0 to 1. */
export function errorRate(share: number): Readonly<Record<string, string>> {
  return { [`${ANNOTATIONS}error-rate`]: String(share) };
}

/** Gives a Service over the pods with its name as label `app` this load. */
export async function createService(client: KubernetesClient, name: string, requestsPerSecond: number): Promise<void> {
  await client.create(SERVICES, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: NAMESPACE, annotations: { [RATE]: String(requestsPerSecond) } },
    spec: { selector: { app: name }, ports: [{ name: "http", port: servicePort }] },
  } as KubernetesObject);
}

/** Another load for a Service; 0 for none. */
export async function setLoad(client: KubernetesClient, name: string, requestsPerSecond: number): Promise<void> {
  await client.merge(SERVICES, NAMESPACE, name, { metadata: { annotations: { [RATE]: String(requestsPerSecond) } } });
}

/** Name of a version's Deployment. */
export function versionName(app: string, version: string): string {
  return `${app}-${version}`;
}

/** Creates a version of the sample application, without errors and with a median of 20 ms. */
export async function createVersion(
  client: KubernetesClient,
  app: string,
  version: string,
  replicas = 1,
): Promise<void> {
  const labels = { app, version };
  const container = {
    name: app,
    image: `${app}:${version}`,
    ports: [{ containerPort: servicePort }],
    readinessProbe: { httpGet: { path: "/healthz", port: servicePort }, periodSeconds: 1 },
  };
  await client.create(DEPLOYMENTS, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: versionName(app, version), namespace: NAMESPACE },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  } as KubernetesObject);
}

/** Waits until all pods of a version are Ready. */
export async function untilReady({ client, until }: Stage, app: string, version: string): Promise<void> {
  const name = versionName(app, version);
  const isReady = async () => targetState(await client.get<Deployment>(DEPLOYMENTS, NAMESPACE, name)) === "ready";
  await until(`${name} is Ready`, isReady, READY_WITHIN_MS);
}

/** A subset for each version, named as it is. */
export function destinationRule(app: string, versions: readonly string[]): DestinationRule {
  return {
    apiVersion: DESTINATION_RULES.apiVersion,
    kind: "DestinationRule",
    metadata: { name: app, namespace: NAMESPACE },
    spec: { host: app, subsets: versions.map((version) => ({ name: version, labels: { version } })) },
  };
}

/** @param weights percent by version */
export function virtualService(app: string, weights: Readonly<Record<string, number>>): VirtualService {
  const route = Object.entries(weights).map(([subset, weight]) => ({ destination: { host: app, subset }, weight }));
  return {
    apiVersion: VIRTUAL_SERVICES.apiVersion,
    kind: "VirtualService",
    metadata: { name: app, namespace: NAMESPACE },
    spec: { hosts: [app], http: [{ route }] },
  };
}

/** Deletes what there is of these objects, one after the other. */
export async function remove(
  client: KubernetesClient,
  objects: readonly (readonly [collection: Collection, name: string])[],
): Promise<void> {
  for (const [collection, name] of objects) await orUndefined(client.delete(collection, NAMESPACE, name));
}
