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
  const http = rewrite(service, existing, weights, reference);
  const metadata: RuleMeta = {
    name: existing?.metadata.name ?? ruleName(service),
    namespace: existing?.metadata.namespace ?? service.namespace,
    labels: ruleLabels(service, route.role === "stable" || route.settled ? undefined : route.experiment, reference),
    annotations: { [ANNOTATION_APPLIED]: splitFingerprint(service, { http }, service.namespace) },
  };
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata,
    spec: reference ? { http } : { hosts: hostsFor(service, existing), http },
  };
}

/** The hosts of a rule of Serin's own: whatever somebody has added, and the Service in any case. */
function hostsFor(service: ServiceRef, existing: VirtualService | undefined): readonly string[] {
  const hosts = existing?.spec.hosts ?? [];
  const ruleNamespace = existing?.metadata.namespace ?? service.namespace;
  return hosts.some((host) => isHostOf(host, service, ruleNamespace)) ? hosts : [service.name, ...hosts];
}

/**
 * Labels of the rules, as Iter8 v0.1 gives them.
 *
 * @param experiment whose release is in progress; undefined for none
 */
export function ruleLabels(
  service: ServiceRef,
  experiment: string | undefined,
  reference: boolean,
): Record<string, string> {
  return {
    [LABEL_HOST]: service.name,
    [LABEL_ROLE]: experiment === undefined ? "stable" : "progressing",
    ...(experiment === undefined ? {} : { [LABEL_EXPERIMENT]: experiment }),
    ...(reference ? {} : { [LABEL_INIT]: "True" }),
  };
}

function rewrite(
  service: ServiceRef,
  existing: VirtualService | undefined,
  weights: readonly WeightedSubset[],
  reference: boolean,
): readonly HttpRoute[] {
  const http = existing?.spec.http ?? [];
  const ruleNamespace = existing?.metadata.namespace ?? service.namespace;
  const leads = http.map((entry) => leadsTo(service, entry, ruleNamespace));
  if (!leads.includes(true)) {
    if (reference) throw new RouteShapeError(`no http entry of VirtualService ${existing?.metadata.name} leads to it`);
    return [withSplit({}, { host: service.name }, weights), ...http];
  }
  return http.map((entry, i) => {
    if (!leads[i]) return entry;
    const own = ownDestinations(service, entry, ruleNamespace);
    // In a rule of its own, Serin takes back whatever somebody has mixed in; in a user's, it may be meant so.
    if (reference && own.length !== entry.route?.length) {
      throw new RouteShapeError(
        `an http entry of VirtualService ${existing?.metadata.name} splits traffic between ${service.name} and other ` +
          `destinations; give ${service.name} an entry of its own`,
      );
    }
    const { destination, ...rest } = own[0] ?? { destination: { host: service.name } };
    return withSplit(entry, destination, weights, rest);
  });
}

function withSplit(
  entry: HttpRoute,
  { host, port }: Destination["destination"],
  weights: readonly WeightedSubset[],
  rest: object = {},
): HttpRoute {
  return { ...entry, route: weights.map((w) => ({ ...rest, ...toDestination(host, port, w.subset, w.weight) })) };
}

function toDestination(host: string, port: unknown, subset: string, weight: number): Destination {
  return { destination: port === undefined ? { host, subset } : { host, subset, port }, weight };
}

function ownDestinations(service: ServiceRef, entry: HttpRoute, ruleNamespace: string): readonly Destination[] {
  return (entry.route ?? []).filter(
    ({ destination }) => isHostOf(destination.host, service, ruleNamespace) && OWN_SUBSETS.has(destination.subset),
  );
}

/** Whether an http entry leads to the Service, other than to a subset that somebody else has chosen. */
function leadsTo(service: ServiceRef, entry: HttpRoute, ruleNamespace: string): boolean {
  return ownDestinations(service, entry, ruleNamespace).length > 0;
}

/** Whether any http entry of a rule leads to the Service, other than to a subset that somebody else has chosen. */
export function leadsToService(service: ServiceRef, { metadata, spec }: VirtualService): boolean {
  return (spec.http ?? []).some((entry) => leadsTo(service, entry, metadata.namespace));
}

/** The split in each http entry that leads to the Service, in the order of the entries. */
function splitsOf(service: ServiceRef, spec: VirtualService["spec"], ruleNamespace: string): WeightedSubset[][] {
  return (spec.http ?? [])
    .filter((entry) => leadsTo(service, entry, ruleNamespace))
    .map(({ route = [] }) =>
      route.map(({ destination: { host, subset }, weight }) => ({
        subset: subset ?? (isHostOf(host, service, ruleNamespace) ? "" : host),
        weight: weight ?? (route.length === 1 ? 100 : 0),
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
  if (applied === undefined) return false;
  const isOwn = rule.metadata.name === ruleName(service);
  const hostTaken = isOwn && hostsFor(service, rule).length !== rule.spec.hosts?.length;
  return hostTaken || applied !== splitFingerprint(service, rule.spec, rule.metadata.namespace);
}

/** Whether the rule already has the desired split, hosts and labels. */
export function hasRoute(rule: VirtualService, desired: VirtualService): boolean {
  return (
    fingerprint(rule.spec.http) === fingerprint(desired.spec.http) &&
    (desired.spec.hosts === undefined || fingerprint(rule.spec.hosts) === fingerprint(desired.spec.hosts)) &&
    Object.entries(desired.metadata.labels ?? {}).every(([key, value]) => rule.metadata.labels?.[key] === value) &&
    rule.metadata.annotations?.[ANNOTATION_APPLIED] === desired.metadata.annotations?.[ANNOTATION_APPLIED]
  );
}
