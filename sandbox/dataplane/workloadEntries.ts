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
  const { namespace, name, uid, labels, serviceAccount } = pod;
  const ip = addressOf(pod);
  if (ip === undefined) return undefined;
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

/**
 * Where a pod of the sandbox's kubelet can be asked, undefined while it is not Ready. A pod with the host's network has no
 * address of its own.
 */
export function addressOf({ ip, ready }: Pick<Pod, "ip" | "ready">): string | undefined {
  return ready && ip?.startsWith("127.") && ip !== "127.0.0.1" ? ip : undefined;
}
