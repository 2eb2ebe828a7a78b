import type * as k8s from "@pulumi/kubernetes";
import type { ScrapeConfig } from "./prometheusArgs";

type PolicyRule = k8s.types.input.rbac.v1.PolicyRule;

/** What each role of Prometheus' discovery lists and watches. */
const watched: Readonly<Record<string, readonly (readonly [group: string, resource: string])[]>> = {
  pod: [["", "pods"]],
  service: [["", "services"]],
  endpoints: [
    ["", "endpoints"],
    ["", "services"],
    ["", "pods"],
  ],
  endpointslice: [
    ["discovery.k8s.io", "endpointslices"],
    ["", "services"],
    ["", "pods"],
  ],
  node: [["", "nodes"]],
  ingress: [["networking.k8s.io", "ingresses"]],
};

/** The rights to discover what is scraped: pods, and what else the additional configurations ask the API server for. */
export function discoveryRights(additional: readonly ScrapeConfig[] = []): PolicyRule[] {
  const discoveries = additional.flatMap((config) => (config["kubernetes_sd_configs"] ?? []) as readonly Discovery[]);
  const wanted = [{ role: "pod" }, ...discoveries].flatMap((discovery: Discovery) => [
    ...(watched[discovery.role ?? ""] ?? []),
    ...(discovery.attach_metadata?.node === true ? [["", "nodes"] as const] : []),
    ...(discovery.attach_metadata?.namespace === true ? [["", "namespaces"] as const] : []),
  ]);
  const groups = [...new Set(wanted.map(([group]) => group))].sort();
  return groups.map((group) => ({
    apiGroups: [group],
    resources: [...new Set(wanted.filter(([of]) => of === group).map(([, resource]) => resource))].sort(),
    verbs: ["get", "list", "watch"],
  }));
}

interface Discovery {
  readonly role?: string;
  readonly attach_metadata?: { readonly node?: boolean; readonly namespace?: boolean };
}
