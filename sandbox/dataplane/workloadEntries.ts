import type { Labels, Pod } from "../mesh/model";

/** Marks the entries that stand for pods of the sandbox. */
export const entryLabel = "serin.dev/data-plane";

export interface WorkloadEntry {
  readonly apiVersion: "networking.istio.io/v1";
  readonly kind: "WorkloadEntry";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Labels;
    readonly ownerReferences: readonly object[];
  };
  readonly spec: { readonly address: string; readonly labels: Labels; readonly serviceAccount: string };
}

/**
 * What makes a pod an endpoint of the Services that select it. An EndpointSlice does so elsewhere, but the API server
 * refuses loopback addresses in it. A pod that is not Ready, or is being deleted, has none.
 */
export function workloadEntryOf(pod: Pod): WorkloadEntry | undefined {
  const { namespace, name, uid, ip, labels, serviceAccount, ready } = pod;
  if (!ready || ip === undefined || !isPodAddress(ip)) return undefined;
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "WorkloadEntry",
    metadata: {
      name,
      namespace,
      labels: { ...labels, [entryLabel]: "sandbox" },
      // So that no entry outlives its pod, even if nobody is there to remove it.
      ownerReferences: [{ apiVersion: "v1", kind: "Pod", name, uid }],
    },
    spec: { address: ip, labels, serviceAccount },
  };
}

/** Pods of the sandbox's kubelet have loopback addresses of their own; a pod with the host's network has 127.0.0.1. */
function isPodAddress(ip: string): boolean {
  return ip.startsWith("127.") && ip !== "127.0.0.1";
}
