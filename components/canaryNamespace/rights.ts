import type * as k8s from "@pulumi/kubernetes";

type Rule = k8s.types.input.rbac.v1.PolicyRule;

const look = ["get", "list", "watch"];

/** To see releases, and what they are about. */
export const readerRules: Rule[] = [
  { apiGroups: ["iter8.tools"], resources: ["experiments"], verbs: look },
  { apiGroups: ["networking.istio.io"], resources: ["virtualservices", "destinationrules"], verbs: look },
  { apiGroups: ["apps"], resources: ["deployments", "replicasets"], verbs: look },
  { apiGroups: [""], resources: ["services", "pods", "events"], verbs: look },
  { apiGroups: [""], resources: ["configmaps"], resourceNames: ["iter8config-metrics"], verbs: ["get"] },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: look },
];

/** To release, too: what `CanaryRelease` asks for in its own namespace, and what experiments need. */
export const teamRules: Rule[] = [
  ...readerRules,
  { apiGroups: ["iter8.tools"], resources: ["experiments"], verbs: ["create", "patch", "update", "delete"] },
  { apiGroups: ["iter8.tools"], resources: ["experiments/status"], verbs: ["update"] },
  {
    apiGroups: ["networking.istio.io"],
    resources: ["virtualservices", "destinationrules"],
    verbs: ["create", "patch", "update", "delete"],
  },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: ["create", "patch", "update", "delete"] },
  { apiGroups: [""], resources: ["services"], verbs: ["create", "patch", "update", "delete"] },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create", "update"] },
  { apiGroups: [""], resources: ["events"], verbs: ["create"] },
  { apiGroups: [""], resources: ["namespaces"], verbs: ["get"] },
];

/** What `CanaryRelease` looks at in the whole cluster: is the type there, and is the Service routed from elsewhere? */
export const clusterRules: Rule[] = [
  { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: ["get"] },
  { apiGroups: ["networking.istio.io"], resources: ["virtualservices"], verbs: ["list"] },
];

/** What it looks at in the namespace of the controller: is one at work, and the metrics of all namespaces. */
export const controllerRules: Rule[] = [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], resourceNames: ["serin-controller"], verbs: ["get"] },
  { apiGroups: [""], resources: ["configmaps"], resourceNames: ["iter8config-metrics"], verbs: ["get"] },
];
