import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { injectionLabels } from "../istio/revisions";
import type {
  CanaryNamespaceArgs,
  LimitsArgs,
  NamespaceNetworkArgs,
  PodSecurityLevel,
  SubjectArgs,
} from "./canaryNamespaceArgs";

type Labels = Record<string, string>;

/** Labels of the namespace: what the user wants, what its pods are held to, and who gives them sidecars. */
export function namespaceLabels(args: CanaryNamespaceArgs): pulumi.Output<Labels> {
  const { injection = injectionLabels(), cni = false, labels = {} } = args;
  const sidecars = injection === false ? {} : injection;
  const asked = pulumi.output(args.podSecurity);
  return pulumi.all([labels, sidecars, cni, asked]).apply(([own, asking, hasCni, level]): Labels => {
    const enforced: PodSecurityLevel = level ?? (injection === false || hasCni ? "restricted" : "privileged");
    return {
      "app.kubernetes.io/part-of": "serin",
      ...own,
      ...asking,
      "pod-security.kubernetes.io/enforce": enforced,
      "pod-security.kubernetes.io/warn": enforced,
    };
  });
}

export function limitRangeSpec(limits: LimitsArgs): k8s.types.input.core.v1.LimitRangeSpec {
  return { limits: [{ type: "Container", ...limits }] };
}

/** Subjects as bindings have them. @param own namespace of ServiceAccounts that tell none */
export function bindingSubjects(
  subjects: readonly SubjectArgs[],
  own: pulumi.Input<string>,
): k8s.types.input.rbac.v1.Subject[] {
  return subjects.map(({ kind, name, namespace }) =>
    kind === "ServiceAccount"
      ? { kind, name, namespace: namespace ?? own }
      : { kind, name, apiGroup: "rbac.authorization.k8s.io" },
  );
}

/** Lets pods be called from their own namespace and from those that are named. */
export function networkPolicySpec({
  allowFrom,
}: NamespaceNetworkArgs): k8s.types.input.networking.v1.NetworkPolicySpec {
  const names = allowFrom ?? ["istio-system", "istio-ingress"];
  const others = pulumi.output(names).apply((values) => ({
    namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values }] },
  }));
  return { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [{ podSelector: {} }, others] }] };
}
