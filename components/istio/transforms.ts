import type * as pulumi from "@pulumi/pulumi";

const VALIDATING = /:ValidatingWebhookConfiguration$/;
const CRD = /:CustomResourceDefinition$/;
const KEEP = "helm.sh/resource-policy";

type Props = Readonly<Record<string, unknown>>;

/**
 * The charts ask for `failurePolicy: Ignore`, and istiod turns it to `Fail` as soon as it runs. Left as it is, each of the two
 * would undo the other's change; left out, it is `Fail` from the beginning, and nobody's to change.
 */
export const withoutFailurePolicy: pulumi.ResourceTransform = ({ type, props, opts }) =>
  VALIDATING.test(type) ? { props: validatingProps(props as Props), opts } : undefined;

/** A validating webhook configuration as it stays once istiod runs. */
export function validatingProps(props: Props): Props {
  const { webhooks } = props;
  if (!Array.isArray(webhooks)) return props;
  return { ...props, webhooks: (webhooks as Props[]).map((webhook) => without(webhook, "failurePolicy")) };
}

/**
 * The chart asks Helm to keep the types when it is removed. Whether they stay is the component's decision.
 *
 * @param isKept whether they outlive it
 */
export function typesKept(isKept: boolean): pulumi.ResourceTransform {
  return ({ type, props, opts }) =>
    CRD.test(type) ? { props: typeProps(props as Props), opts: { ...opts, retainOnDelete: isKept } } : undefined;
}

/** A type without Helm's annotation. */
export function typeProps(props: Props): Props {
  const { annotations, ...metadata } = (props["metadata"] ?? {}) as { annotations?: Props };
  if (annotations === undefined) return props;
  const others = without(annotations, KEEP);
  const isBare = Object.keys(others).length === 0;
  return { ...props, metadata: isBare ? metadata : { ...metadata, annotations: others } };
}

function without(props: Props, key: string): Props {
  return Object.fromEntries(Object.entries(props).filter(([name]) => name !== key));
}
