import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { NetworkArgs } from "./canaryControllerArgs";
import { selectorOf } from "./pods";

type NetworkPolicySpec = k8s.types.input.networking.v1.NetworkPolicySpec;
type EgressRule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;

/** Ports that the pods listen on. */
export const ports = { controller: 8081, analytics: 8080 } as const;

const defaults: Required<NetworkArgs> = {
  prometheusNamespaces: ["istio-system", "monitoring"],
  apiServerPorts: [443, 6443],
};

const dns: EgressRule = { ports: [{ port: 53, protocol: "UDP" }, { port: 53 }] };

const namespaces = (names: readonly string[]): k8s.types.input.networking.v1.NetworkPolicyPeer => ({
  namespaceSelector: {
    matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: [...names] }],
  },
});

/** Port of a URL, the usual one of its scheme unless it names one. */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}

const toPrometheus = (url: pulumi.Input<string>, names: readonly string[]): EgressRule => ({
  to: [namespaces(names)],
  ports: [{ port: pulumi.output(url).apply(portOf) }],
});

/** Who may talk to the controller, and whom it may talk to. Probes of the kubelet are not subject to policies. */
export function controllerPolicy(network: NetworkArgs, prometheusUrl: pulumi.Input<string>): NetworkPolicySpec {
  const { prometheusNamespaces, apiServerPorts } = { ...defaults, ...network };
  return {
    podSelector: { matchLabels: selectorOf("controller") },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [namespaces(prometheusNamespaces)], ports: [{ port: ports.controller }] }],
    egress: [
      dns,
      // The API server, and channels of notifications; not the addresses where clouds hand out credentials.
      {
        to: [
          { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } },
          { ipBlock: { cidr: "::/0", except: ["fe80::/10", "fd00:ec2::254/128"] } },
        ],
        ports: apiServerPorts.map((port) => ({ port })),
      },
      toPrometheus(prometheusUrl, prometheusNamespaces),
      // Experiments that name an analytics service.
      { to: [{ podSelector: { matchLabels: selectorOf("analytics") } }], ports: [{ port: ports.analytics }] },
    ],
  };
}

/** Controllers of the namespace ask the analytics service, and it asks Prometheus. */
export function analyticsPolicy(network: NetworkArgs, prometheusUrl: pulumi.Input<string>): NetworkPolicySpec {
  const { prometheusNamespaces } = { ...defaults, ...network };
  return {
    podSelector: { matchLabels: selectorOf("analytics") },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [{ podSelector: {} }, namespaces(prometheusNamespaces)], ports: [{ port: ports.analytics }] }],
    egress: [dns, toPrometheus(prometheusUrl, prometheusNamespaces)],
  };
}
