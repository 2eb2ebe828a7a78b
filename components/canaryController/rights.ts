import type * as k8s from "@pulumi/kubernetes";

type PolicyRule = k8s.types.input.rbac.v1.PolicyRule;

/** What the controller asks of the API server for the releases that it drives. */
export const releaseRights: PolicyRule[] = [
  { apiGroups: ["iter8.tools"], resources: ["experiments"], verbs: ["list", "watch", "patch"] },
  { apiGroups: ["iter8.tools"], resources: ["experiments/status"], verbs: ["update"] },
  {
    apiGroups: ["networking.istio.io"],
    resources: ["virtualservices", "destinationrules"],
    verbs: ["list", "watch", "create", "patch"],
  },
  { apiGroups: [""], resources: ["services"], verbs: ["list", "watch"] },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: ["list", "watch", "delete"] },
  { apiGroups: [""], resources: ["configmaps"], resourceNames: ["iter8config-metrics"], verbs: ["list", "watch"] },
  // The leader's, and one of each experiment that a `pulumi up` drives.
  {
    apiGroups: ["coordination.k8s.io"],
    resources: ["leases"],
    verbs: ["get", "list", "watch", "create", "update"],
  },
  { apiGroups: [""], resources: ["events"], verbs: ["create"] },
];

/** What concerns the controller itself, in its own namespace. */
export const ownRights = (deployment: string): PolicyRule[] => [
  { apiGroups: [""], resources: ["configmaps"], resourceNames: ["iter8config-notifiers"], verbs: ["list", "watch"] },
  { apiGroups: ["apps"], resources: ["deployments"], resourceNames: [deployment], verbs: ["get"] },
];
