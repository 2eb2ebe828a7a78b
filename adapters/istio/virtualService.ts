import { fingerprint } from "../fingerprint";
import { weightsOf, type DesiredRoute, type WeightedSubset } from "./desiredRoute";
import { isHostOf, type ServiceRef } from "./host";
import {
  ANNOTATION_APPLIED,
  LABEL_EXPERIMENT,
  LABEL_HOST,
  LABEL_INIT,
  LABEL_ROLE,
  ruleName,
  type Destination,
  type HttpRoute,
  type RuleMeta,
  type VirtualService,
} from "./rules";

/** Subsets that Serin names; a destination with any other is somebody's own choice and is left alone. */
const OWN_SUBSETS: ReadonlySet<string | undefined> = new Set([undefined, "stable", "baseline", "candidate"]);

/** An http entry that Serin may not rewrite. */
export class RouteShapeError extends Error {
  override readonly name = "RouteShapeError";
}

/**
 * The part of a VirtualService that Serin applies to give the Service its desired route.
 *
 * @param existing the VirtualService as it is; undefined to make one
 * @param reference whether it is the user's own: then hosts and gateways are not touched
 * @throws RouteShapeError when an existing one cannot carry the split
 */
export function desiredVirtualService(
  service: ServiceRef,
  route: DesiredRoute,
  existing: VirtualService | undefined,
  reference: boolean,
): VirtualService {
  const weights = weightsOf(route);
  const http = rewrite(service, existing, weights);
  const metadata: RuleMeta = {
    name: existing?.metadata.name ?? ruleName(service),
    namespace: existing?.metadata.namespace ?? service.namespace,
    labels: ruleLabels(service, route, reference),
    annotations: { [ANNOTATION_APPLIED]: splitFingerprint(service, { http }, service.namespace) },
  };
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata,
    spec: reference ? { http } : { hosts: existing?.spec.hosts ?? [service.name], http },
  };
}

/** Labels of the rules, as Iter8 v0.1 gives them. */
export function ruleLabels(service: ServiceRef, route: DesiredRoute, reference: boolean): Record<string, string> {
  const progressing = route.role === "progressing";
  return {
    [LABEL_HOST]: service.name,
    [LABEL_ROLE]: progressing && !route.settled ? "progressing" : "stable",
    ...(progressing && !route.settled ? { [LABEL_EXPERIMENT]: route.experiment } : {}),
    ...(reference ? {} : { [LABEL_INIT]: "True" }),
  };
}

function rewrite(
  service: ServiceRef,
  existing: VirtualService | undefined,
  weights: readonly WeightedSubset[],
): readonly HttpRoute[] {
  const http = existing?.spec.http;
  if (!existing || !http?.length) {
    return [{ route: weights.map(({ subset, weight }) => toDestination(service.name, undefined, subset, weight)) }];
  }
  const { name, namespace } = existing.metadata;
  let found = false;
  const rewritten = http.map((entry) => {
    const own = ownDestinations(service, entry, namespace);
    const [first] = own;
    if (!first) return entry;
    if (own.length !== entry.route?.length) {
      throw new RouteShapeError(
        `VirtualService ${name}: an http entry splits traffic between ${service.name} and other destinations; ` +
          `give ${service.name} an entry of its own`,
      );
    }
    found = true;
    const { host, port } = first.destination;
    const { weight: _weight, destination: _destination, ...rest } = first;
    return { ...entry, route: weights.map((w) => ({ ...rest, ...toDestination(host, port, w.subset, w.weight) })) };
  });
  if (!found) throw new RouteShapeError(`VirtualService ${name} has no http entry that leads to ${service.name}`);
  return rewritten;
}

function toDestination(host: string, port: unknown, subset: string, weight: number): Destination {
  return { destination: port === undefined ? { host, subset } : { host, subset, port }, weight };
}

function ownDestinations(service: ServiceRef, entry: HttpRoute, ruleNamespace: string): readonly Destination[] {
  return (entry.route ?? []).filter(
    ({ destination }) =>
      isHostOf(destination.host, service, ruleNamespace) && OWN_SUBSETS.has(destination.subset),
  );
}

/** The split in each http entry that leads to the Service, in the order of the entries. */
function splitsOf(service: ServiceRef, spec: VirtualService["spec"], ruleNamespace: string): WeightedSubset[][] {
  return (spec.http ?? [])
    .map((entry) => ownDestinations(service, entry, ruleNamespace))
    .filter((own) => own.length > 0)
    .map((own) =>
      own.map(({ destination, weight }) => ({
        subset: destination.subset ?? "",
        weight: weight ?? (own.length === 1 ? 100 : 0),
      })),
    );
}

function splitFingerprint(service: ServiceRef, spec: VirtualService["spec"], ruleNamespace: string): string {
  return fingerprint(splitsOf(service, spec, ruleNamespace));
}

/** Weights by subset of the first entry that leads to the Service; empty where there is none. */
export function weightsBySubset(service: ServiceRef, rule: VirtualService): Record<string, number> {
  const [first] = splitsOf(service, rule.spec, rule.metadata.namespace);
  return Object.fromEntries((first ?? []).map(({ subset, weight }) => [subset, weight]));
}

/** Whether somebody else has changed the split since Serin last wrote it. Never true of a rule Serin has not written. */
export function isForeignEdit(service: ServiceRef, rule: VirtualService): boolean {
  const applied = rule.metadata.annotations?.[ANNOTATION_APPLIED];
  return applied !== undefined && applied !== splitFingerprint(service, rule.spec, rule.metadata.namespace);
}

/** Whether the rule already has the desired split and labels. */
export function hasRoute(rule: VirtualService, desired: VirtualService): boolean {
  return (
    fingerprint(rule.spec.http) === fingerprint(desired.spec.http) &&
    Object.entries(desired.metadata.labels ?? {}).every(([key, value]) => rule.metadata.labels?.[key] === value) &&
    rule.metadata.annotations?.[ANNOTATION_APPLIED] === desired.metadata.annotations?.[ANNOTATION_APPLIED]
  );
}
