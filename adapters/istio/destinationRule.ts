import { fingerprint } from "../fingerprint";
import { subsetsOf, type DesiredRoute } from "./desiredRoute";
import type { ServiceRef } from "./host";
import { SUBSETS_SINCE } from "./propagation";
import { ruleName, type DestinationRule, type Subset } from "./rules";
import { ruleLabels } from "./virtualService";

/**
 * The DestinationRule that Serin keeps for a Service, with the given subsets.
 *
 * @param existing the rule as it is
 * @param now ms since 1970: when subsets that it does not have are added
 */
export function desiredDestinationRule(
  service: ServiceRef,
  route: DesiredRoute,
  subsets: readonly Subset[],
  existing: DestinationRule | undefined,
  now: number,
): DestinationRule {
  const known = new Set(existing?.spec.subsets?.map(({ name }) => name));
  const isNew = subsets.some(({ name }) => !known.has(name));
  const since = isNew ? new Date(now).toISOString() : existing?.metadata.annotations?.[SUBSETS_SINCE];
  // It is the last rule to change when a release ends: until then it is as it was, so that a rollback need not touch it.
  const release = route.role === "stable" ? route.leaving : route.settled ? undefined : route;
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    metadata: {
      name: ruleName(service),
      namespace: service.namespace,
      labels: ruleLabels(service, release?.experiment, false),
      ...(since === undefined ? {} : { annotations: { [SUBSETS_SINCE]: since } }),
    },
    spec: { host: service.name, subsets },
  };
}

/**
 * The subsets while the VirtualService still names the old ones: the desired ones, and the old ones that do not clash
 * with them. Whatever the VirtualService names, before the change or after it, exists.
 */
export function transitionalSubsets(existing: DestinationRule | undefined, route: DesiredRoute): readonly Subset[] {
  const desired = subsetsOf(route);
  const names = new Set(desired.map(({ name }) => name));
  return [...desired, ...(existing?.spec.subsets ?? []).filter(({ name }) => !names.has(name))];
}

/** Whether the rule has these subsets already. */
export function hasSubsets(rule: DestinationRule | undefined, subsets: readonly Subset[]): rule is DestinationRule {
  return rule !== undefined && digest(rule.spec.subsets ?? []) === digest(subsets);
}

/** The same for the same subsets, in whatever order. */
function digest(subsets: readonly Subset[]): string {
  return fingerprint([...subsets].sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/** Whether the rule already has these subsets and labels. */
export function isSettled(rule: DestinationRule | undefined, desired: DestinationRule): boolean {
  return (
    hasSubsets(rule, desired.spec.subsets ?? []) &&
    Object.entries(desired.metadata.labels ?? {}).every(([key, value]) => rule.metadata.labels?.[key] === value)
  );
}
