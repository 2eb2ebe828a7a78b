import type { TargetState } from "../../engine";
import type { KubernetesApi } from "./api";
import { orUndefined } from "./errors";
import { DEPLOYMENTS, SERVICES, type KubernetesObject } from "./paths";

export type Labels = Readonly<Record<string, string>>;

/** The parts of a Deployment that Serin reads. */
export interface Deployment extends KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Labels };
    readonly template: { readonly metadata?: { readonly labels?: Labels } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

export interface Service extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & { readonly labels?: Labels };
  readonly spec: { readonly selector?: Labels; readonly ports?: readonly unknown[] };
}

/** Labels of the pods that a Deployment makes. */
export function podLabels(deployment: Deployment): Labels {
  return deployment.spec.template.metadata?.labels ?? {};
}

/** Whether a label selector picks an object with these labels. An empty selector picks nothing. */
export function selects(selector: Labels | undefined, labels: Labels): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** How far a Deployment has come. */
export function targetState(deployment: Deployment | undefined): TargetState {
  if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return "missing";
  const { status = {}, spec, metadata } = deployment;
  const ready = status.readyReplicas ?? 0;
  if (ready === 0) return "down";
  const wanted = spec.replicas ?? 1;
  const upToDate =
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) && (status.updatedReplicas ?? 0) >= wanted;
  return upToDate && ready >= wanted ? "ready" : "partial";
}

/** Why no pod can be made, such as a quota or an admission that refuses them; undefined where they can. */
export function podsRefused(deployment: Deployment | undefined): string | undefined {
  const { conditions = [] } = deployment?.status ?? {};
  return conditions.find(({ type, status }) => type === "ReplicaFailure" && status === "True")?.message;
}

export function getDeployment(client: KubernetesApi, namespace: string, name: string): Promise<Deployment | undefined> {
  return orUndefined(client.get<Deployment>(DEPLOYMENTS, namespace, name));
}

export function getService(client: KubernetesApi, namespace: string, name: string): Promise<Service | undefined> {
  return orUndefined(client.get<Service>(SERVICES, namespace, name));
}

/** The Deployments whose pods a Service sends requests to, oldest first. */
export async function deploymentsOf(client: KubernetesApi, namespace: string, service: Service): Promise<Deployment[]> {
  const all = await client.list<Deployment>(DEPLOYMENTS, namespace);
  return all
    .filter((d) => d.metadata.deletionTimestamp === undefined && selects(service.spec.selector, podLabels(d)))
    .sort((a, b) => (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? ""));
}
