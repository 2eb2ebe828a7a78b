import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PORT, selectorOf } from "./pods";
import type { Settings } from "./settings";

/** Long enough for a release; in seconds. */
const STICKY_SECONDS = 3 * 3600;

/** The Service. A client stays at one pod: the counters of another one are a scrape older or younger. */
export function serviceSpec({ serviceName, replicas, clusterIP }: Settings): k8s.types.input.core.v1.ServiceSpec {
  return {
    selector: selectorOf(serviceName),
    ...(clusterIP === undefined ? {} : { clusterIP }),
    ports: [{ name: "http", port: PORT, targetPort: "http" }],
    sessionAffinity: replicas.apply((count) => (count > 1 ? "ClientIP" : "None")),
    sessionAffinityConfig: replicas.apply((count) =>
      count > 1 ? { clientIP: { timeoutSeconds: STICKY_SECONDS } } : undefined,
    ) as pulumi.Output<k8s.types.input.core.v1.SessionAffinityConfig>,
  };
}

/** Who may ask it; it may ask everybody, because it scrapes everybody. */
export function policySpec({
  serviceName,
  allowedNamespaces,
}: Settings): k8s.types.input.networking.v1.NetworkPolicySpec {
  return {
    podSelector: { matchLabels: selectorOf(serviceName) },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: allowedNamespaces.apply((names) => [
          {
            namespaceSelector:
              names === undefined
                ? {}
                : {
                    matchExpressions: [
                      { key: "kubernetes.io/metadata.name", operator: "In", values: [...names].sort() },
                    ],
                  },
          },
        ]),
        ports: [{ port: PORT, protocol: "TCP" }],
      },
    ],
  };
}
