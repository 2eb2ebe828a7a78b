import type * as k8s from "@pulumi/kubernetes";
import { istiodName, revisionLabel } from "./revisions";

type Webhook = k8s.types.input.admissionregistration.v1.MutatingWebhook;
type Expression = k8s.types.input.meta.v1.LabelSelectorRequirement;

const REVISION = "istio.io/rev";
const INJECTION = "istio-injection";
const INJECT = "sidecar.istio.io/inject";

const is = (key: string, ...values: string[]): Expression => ({ key, operator: "In", values });
const isNot = (key: string, ...values: string[]): Expression => ({ key, operator: "NotIn", values });
const hasNo = (key: string): Expression => ({ key, operator: "DoesNotExist" });

/**
 * By which pods of namespaces with a revision tag get their sidecars. With the tag `default` these are those of namespaces
 * with `istio-injection: enabled`, too.
 *
 * @param namespace of istiod
 */
export function tagWebhooks(tag: string, revision: string, namespace: string): Webhook[] {
  const webhook = (prefix: string, ofNamespace: Expression[], ofPod: Expression[]): Webhook => ({
    name: `${prefix}sidecar-injector.istio.io`,
    admissionReviewVersions: ["v1"],
    clientConfig: { service: { name: istiodName(revision), namespace, path: "/inject", port: 443 } },
    failurePolicy: "Fail",
    sideEffects: "None",
    rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
    namespaceSelector: { matchExpressions: ofNamespace },
    objectSelector: { matchExpressions: ofPod },
  });
  const byTag = [
    webhook("rev.namespace.", [is(REVISION, tag), hasNo(INJECTION)], [isNot(INJECT, "false")]),
    webhook("rev.object.", [hasNo(REVISION), hasNo(INJECTION)], [isNot(INJECT, "false"), is(REVISION, tag)]),
  ];
  if (tag !== "default") return byTag;
  return [
    ...byTag,
    webhook("namespace.", [is(INJECTION, "enabled")], [isNot(INJECT, "false")]),
    webhook("object.", [hasNo(INJECTION), hasNo(REVISION)], [is(INJECT, "true"), hasNo(REVISION)]),
  ];
}

/** Labels by which istiod knows that it is to fill in its certificate, and `istioctl` lists the tags. */
export function tagLabels(tag: string, revision: string): Record<string, string> {
  return {
    app: "sidecar-injector",
    "app.kubernetes.io/managed-by": "pulumi",
    "app.kubernetes.io/part-of": "istio",
    "istio.io/rev": revisionLabel(revision),
    "istio.io/tag": tag,
  };
}

/** As `istioctl` calls it, which has no namespace in it where that is the usual one. */
export function tagName(tag: string, namespace: string): string {
  const name = `istio-revision-tag-${tag}`;
  return namespace === "istio-system" ? name : `${name}-${namespace}`;
}
