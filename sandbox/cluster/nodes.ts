import { stringify } from "yaml";

/** Two nodes, so that spreading over nodes means something. kwok makes them Ready and roomy. */
export const nodeManifest = ["sandbox-1", "sandbox-2"]
  .map((name) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "node-role.kubernetes.io/worker": "",
      },
    },
  }))
  .map((node) => stringify(node))
  .join("---\n");
