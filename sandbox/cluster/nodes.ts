import { stringify } from "yaml";
import { type DataPlaneName, runsPods } from "./parts/part";

/** kwok plays the kubelet of nodes that have this annotation. */
export const fakeNode = { name: "kwok.x-k8s.io/node", value: "fake" } as const;

/** The node whose pods really run, where there is one. */
export const kubeletNode = "sandbox-local";

/**
 * Two nodes, so that spreading over nodes means something. kwok makes them Ready and roomy. Where pods can really run, the
 * fake nodes are for those only that tolerate it.
 */
export const nodeManifest = (dataPlane: DataPlaneName): string =>
  ["sandbox-1", "sandbox-2"].map((name) => stringify(fakeNodeObject(name, dataPlane))).join("---\n");

function fakeNodeObject(name: string, dataPlane: DataPlaneName): object {
  const taints = [{ key: fakeNode.name, value: fakeNode.value, effect: "NoSchedule" }];
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { [fakeNode.name]: fakeNode.value },
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "node-role.kubernetes.io/worker": "",
      },
    },
    ...(runsPods(dataPlane) ? { spec: { taints } } : {}),
  };
}
