import type { V1EndpointSlice, V1Endpoints, V1Pod, V1Service } from "@kubernetes/client-node";
import type { Collection } from "../../adapters/kubernetes/paths";

export const PODS: Collection = { apiVersion: "v1", plural: "pods" };
export const ENDPOINTS: Collection = { apiVersion: "v1", plural: "endpoints" };
export const ENDPOINT_SLICES: Collection = { apiVersion: "discovery.k8s.io/v1", plural: "endpointslices" };

/** What decides where a Service's connections go; as the API server's JSON has it. */
export interface ServiceObjects {
  readonly services: readonly V1Service[];
  readonly pods: readonly V1Pod[];
  /** Only those of Services without a selector count. */
  readonly endpoints: readonly V1Endpoints[];
  readonly slices: readonly V1EndpointSlice[];
}

/** The first of a Service's addresses; undefined for one that has none, such as a headless one. */
export function clusterIPOf({ spec }: V1Service): string | undefined {
  const address = spec?.clusterIP;
  return address === undefined || address === "" || address === "None" ? undefined : address;
}

export function isHeadless({ spec }: V1Service): boolean {
  return spec?.clusterIP === "None";
}

/** For people: `namespace/name`. */
export function nameOf({ metadata }: V1Service): string {
  return `${metadata?.namespace ?? "default"}/${metadata?.name ?? ""}`;
}

/**
 * The pods that a Service sends to: selected, ready unless the Service takes all, and with an address of this machine.
 * Pods of fake nodes have others, where nobody answers.
 */
export function podsOf({ metadata, spec }: V1Service, pods: readonly V1Pod[]): V1Pod[] {
  const selector = Object.entries(spec?.selector ?? {});
  if (selector.length === 0) return [];
  return pods.filter(
    (pod) =>
      pod.metadata?.namespace === metadata?.namespace &&
      selector.every(([label, value]) => pod.metadata?.labels?.[label] === value) &&
      pod.status?.podIP?.startsWith("127.") === true &&
      (spec?.publishNotReadyAddresses === true ? isUp(pod) : isServing(pod)),
  );
}

function isUp({ status }: V1Pod): boolean {
  return status?.phase !== "Succeeded" && status?.phase !== "Failed";
}

function isServing(pod: V1Pod): boolean {
  const ready = pod.status?.conditions?.find(({ type }) => type === "Ready");
  return isUp(pod) && pod.metadata?.deletionTimestamp === undefined && ready?.status === "True";
}
