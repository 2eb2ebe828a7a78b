import { cpus, release, totalmem } from "node:os";
import type { KubernetesObject } from "../../../adapters/kubernetes/paths";
import { hostAddress } from "../pods/addresses";

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

export interface NodeCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastHeartbeatTime?: string;
  readonly lastTransitionTime?: string;
}

/** A Node, with what of it matters here. */
export interface NodeObject extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & {
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly taints?: readonly Taint[] };
  readonly status?: { readonly conditions?: readonly NodeCondition[] };
}

export interface Machine {
  readonly cpus: number;
  readonly memoryBytes: number;
  /** As Go names it, such as `amd64`. */
  readonly architecture: string;
  readonly kernelVersion: string;
  readonly runtimeVersion: string;
}

export const nodeLabel = { name: "serin.dev/kubelet", value: "sandbox" } as const;
const kubeletVersion = "v1.36.3";
const maxPods = 110;

export function thisMachine(runtimeVersion: string): Machine {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  return {
    cpus: cpus().length,
    memoryBytes: totalmem(),
    architecture,
    kernelVersion: release(),
    runtimeVersion,
  };
}

export function nodeLabels(name: string, { architecture }: Machine): Record<string, string> {
  return {
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": architecture,
    [nodeLabel.name]: nodeLabel.value,
  };
}

/** The Node as it is registered. */
export function nodeObject(name: string, machine: Machine, taints: readonly Taint[], now: number): NodeObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: nodeLabels(name, machine) },
    spec: taints.length > 0 ? { taints } : {},
    status: nodeStatus(name, machine, undefined, now),
  };
}

/** Its status, with the times of what has not changed. */
export function nodeStatus(
  name: string,
  machine: Machine,
  before: NodeObject["status"],
  now: number,
): NonNullable<NodeObject["status"]> {
  const resources = {
    cpu: String(machine.cpus),
    memory: `${Math.floor(machine.memoryBytes / 1024)}Ki`,
    pods: String(maxPods),
  };
  const status = {
    ...before,
    capacity: resources,
    allocatable: resources,
    conditions: conditionsOf(before?.conditions ?? [], now),
    addresses: [
      { type: "InternalIP", address: hostAddress },
      { type: "Hostname", address: name },
    ],
    nodeInfo: {
      machineID: name,
      systemUUID: name,
      bootID: name,
      kernelVersion: machine.kernelVersion,
      osImage: "Linux",
      containerRuntimeVersion: machine.runtimeVersion,
      kubeletVersion,
      kubeProxyVersion: "",
      operatingSystem: "linux",
      architecture: machine.architecture,
    },
  };
  return status;
}

function conditionsOf(before: readonly NodeCondition[], now: number): NodeCondition[] {
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
  const old = before.find(({ type }) => type === "Ready");
  const ready: NodeCondition = {
    type: "Ready",
    status: "True",
    reason: "KubeletReady",
    message: "kubelet is posting ready status",
    lastHeartbeatTime: time,
    lastTransitionTime: old?.status === "True" && old.lastTransitionTime ? old.lastTransitionTime : time,
  };
  return [...before.filter(({ type }) => type !== "Ready"), ready];
}
