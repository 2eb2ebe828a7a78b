import {
  DESTINATION_RULES,
  VIRTUAL_SERVICES,
  type DestinationRule,
  type VirtualService,
} from "../../adapters/istio/rules";
import type { Deployment, Labels, Service } from "../../adapters/kubernetes/deployments";
import type { FakeKubernetes } from "./fakeKubernetes";

export const NAMESPACE = "default";
export const SERVICE = "reviews";
export const RULE = "reviews.default.iter8-experiment";

export function service(selector: Labels = { app: SERVICE }, name = SERVICE): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: NAMESPACE } as Service["metadata"],
    spec: { selector, ports: [{ port: 9080 }] },
  };
}

/** A Deployment all of whose pods are Ready, unless told otherwise. */
export function deployment(name: string, labels: Labels, ready = 1, replicas = 1): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: NAMESPACE },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels } } },
    status: { observedGeneration: 1_000_000, replicas, updatedReplicas: replicas, readyReplicas: ready },
  };
}

export function versionLabels(version: string): Labels {
  return { app: SERVICE, version };
}

export function virtualService(api: FakeKubernetes, name = RULE): VirtualService | undefined {
  return api.peek<VirtualService>(VIRTUAL_SERVICES, NAMESPACE, name);
}

export function destinationRule(api: FakeKubernetes): DestinationRule | undefined {
  return api.peek<DestinationRule>(DESTINATION_RULES, NAMESPACE, RULE);
}

/** Subset and weight of every destination of the Service's first http entry. */
export function weightsOf(rule: VirtualService | undefined): Record<string, number> {
  const [entry] = rule?.spec.http ?? [];
  return Object.fromEntries((entry?.route ?? []).map((to) => [to.destination.subset ?? "", to.weight ?? 100]));
}

/** Pod labels of the version that gets all traffic; undefined when none does. */
export function servedLabels(api: FakeKubernetes): Labels | undefined {
  const [subset] = Object.entries(weightsOf(virtualService(api))).find(([, weight]) => weight === 100) ?? [];
  return destinationRule(api)?.spec.subsets?.find(({ name }) => name === subset)?.labels;
}
