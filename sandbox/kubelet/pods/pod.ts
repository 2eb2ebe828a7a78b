import type { V1Container, V1Pod } from "@kubernetes/client-node";

/** A pod as the API server's JSON has it: where client-node's type has dates, these are texts. */
export type Pod = V1Pod & { readonly metadata: { readonly name: string } };

/** What a container is to its pod. A sidecar is an init container that goes on running beside the main ones. */
export type Role = "init" | "sidecar" | "main";

export type RestartPolicy = "Always" | "OnFailure" | "Never";

export interface PodContainer {
  readonly spec: V1Container;
  readonly role: Role;
  readonly restartPolicy: RestartPolicy;
}

/** What an address of a pod needs: for the log, for Events and requests. */
export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export function refOf({ metadata }: Pod): PodRef {
  return { namespace: metadata.namespace ?? "default", name: metadata.name, uid: metadata.uid ?? "" };
}

const longestHostname = 63;

/** What the pod calls itself. */
export function hostnameOf({ metadata, spec }: Pod): string {
  return (spec?.hostname ?? metadata.name).slice(0, longestHostname);
}

/** All containers in the order of their start: the init containers as the pod lists them, then the main ones. */
export function containersOf({ spec }: Pod): PodContainer[] {
  const policy = (spec?.restartPolicy ?? "Always") as RestartPolicy;
  const inits = (spec?.initContainers ?? []).map((container): PodContainer => {
    if (container.restartPolicy === "Always") return { spec: container, role: "sidecar", restartPolicy: "Always" };
    const own = container.restartPolicy as RestartPolicy | undefined;
    // An init container that has done its work is done, whatever the pod's policy.
    return { spec: container, role: "init", restartPolicy: (own ?? policy) === "Never" ? "Never" : "OnFailure" };
  });
  const mains = (spec?.containers ?? []).map((container): PodContainer => {
    const own = container.restartPolicy as RestartPolicy | undefined;
    return { spec: container, role: "main", restartPolicy: own ?? policy };
  });
  return [...inits, ...mains];
}

export function isTerminal(phase: string | undefined): phase is "Succeeded" | "Failed" {
  return phase === "Succeeded" || phase === "Failed";
}

/** Milliseconds since the epoch of a time in an API object. */
export function timeOf(time: Date | string | undefined): number | undefined {
  return time === undefined ? undefined : new Date(time).getTime();
}

const defaultGraceSeconds = 30;
/** What is left to a container even if nobody grants it anything. */
const leastGraceMs = 1000;

/** How long the pod's containers get to end by themselves, in ms: as its deletion says, else as its spec does. */
export function graceMsOf({ metadata, spec }: Pod): number {
  const asked = metadata.deletionGracePeriodSeconds ?? spec?.terminationGracePeriodSeconds ?? defaultGraceSeconds;
  return Math.max(leastGraceMs, asked * 1000);
}

/** The port's number; a name is looked up among the container's ports. @throws Error when it has no such port */
export function portNumber(port: number | string, { name, ports = [] }: V1Container): number {
  if (typeof port === "number") return port;
  if (/^\d+$/.test(port)) return Number(port);
  const found = ports.find((one) => one.name === port);
  if (found === undefined) throw new Error(`container ${name} has no port named ${port}`);
  return found.containerPort;
}
