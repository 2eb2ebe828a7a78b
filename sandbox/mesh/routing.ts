import { fqdn, hostMatch, serviceOfHost } from "./hosts";
import { requestMatches, type PlainRequest } from "./matching";
import { selects } from "./model";
import type { Destination, DestinationRule, HttpRoute, ObjectName, Pod, Service, VirtualService } from "./model";
import { trafficSource } from "./source";

/** What Envoy answers by itself when a request reaches no pod, with the flag it logs for it. */
export interface Failure {
  readonly code: number;
  readonly flags: "NR" | "NC" | "UH";
}

/** One of the ways that a request to a service can go. */
export interface Branch {
  /** Subset, else the service when it is another one than the request was sent to, else `*`. */
  readonly key: string;
  readonly weight: number;
  /** The service that the branch leads to. */
  readonly service: ObjectName;
  readonly subset: string | undefined;
  /** Ready pods; never empty unless `failure` says why. */
  readonly pods: readonly Pod[];
  readonly failure: Failure | undefined;
}

export interface Route {
  readonly virtualService: VirtualService | undefined;
  readonly branches: readonly Branch[];
  readonly notSimulated: readonly string[];
}

export interface MeshConfig {
  readonly services: readonly Service[];
  readonly virtualServices: readonly VirtualService[];
  readonly destinationRules: readonly DestinationRule[];
  readonly pods: readonly Pod[];
}

/** The way of a plain `GET /` from inside the mesh to `service`. */
export function routeTo(service: Service, config: MeshConfig): Route {
  const virtualService = virtualServiceOf(service, config.virtualServices);
  if (virtualService === undefined || virtualService.http.length === 0) {
    const branch = branchTo(
      service,
      { host: fqdn(service), subset: undefined, weight: 100 },
      service.namespace,
      config,
    );
    return { virtualService, branches: [branch], notSimulated: [] };
  }
  return routeBy(virtualService, requestTo(service), service, config);
}

/** The way of a request for `service` by the first entry of a VirtualService that it matches. */
export function routeBy(
  virtualService: VirtualService,
  request: PlainRequest,
  service: Service,
  config: MeshConfig,
): Route {
  const entry = virtualService.http.find(({ match }) => requestMatches(match, request));
  return {
    virtualService,
    branches: branchesOf(entry, service, virtualService.namespace, config),
    notSimulated: entry?.notSimulated ?? [],
  };
}

/** The most exact host wins, then the oldest object, then (for one second's creations) the first name. */
function virtualServiceOf(service: ObjectName, all: readonly VirtualService[]): VirtualService | undefined {
  const matching = all
    .filter(({ gateways }) => gateways.length === 0 || gateways.includes("mesh"))
    .map((virtualService) => ({ virtualService, exactness: exactness(virtualService, service) }))
    .filter(({ exactness }) => exactness >= 0);
  matching.sort((a, b) => compare(b.exactness, a.exactness) || byAge(a.virtualService, b.virtualService));
  return matching[0]?.virtualService;
}

function exactness(virtualService: VirtualService, service: ObjectName): number {
  return Math.max(-1, ...virtualService.hosts.map((host) => hostMatch(host, virtualService.namespace, service) ?? -1));
}

/** The older object first; of those of one second, the first by name. */
export function byAge(a: ObjectName & { createdAt: number }, b: ObjectName & { createdAt: number }): number {
  return compare(a.createdAt, b.createdAt) || compare(a.name, b.name) || compare(a.namespace, b.namespace);
}

/** Not a difference: Infinity minus Infinity is no number. */
function compare<T extends number | string>(a: T, b: T): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function branchesOf(
  entry: HttpRoute | undefined,
  service: Service,
  namespace: string,
  config: MeshConfig,
): readonly Branch[] {
  const noRoute = (code: number): readonly Branch[] => [
    { key: "*", weight: 100, service, subset: undefined, pods: [], failure: { code, flags: "NR" } },
  ];
  if (entry === undefined || entry.destinations.length === 0) return noRoute(404);
  const [first, ...others] = entry.destinations;
  // Istio makes no weighted cluster of a single destination: whatever its weight says, it gets everything.
  if (first !== undefined && others.length === 0)
    return [branchTo(service, { ...first, weight: 100 }, namespace, config)];
  const branches = entry.destinations.map((destination) => branchTo(service, destination, namespace, config));
  return branches.some(({ weight }) => weight > 0) ? branches : noRoute(503);
}

function branchTo(requested: Service, destination: Destination, namespace: string, config: MeshConfig): Branch {
  const { host, subset, weight = 0 } = destination;
  const name = serviceOfHost(host, namespace);
  const service = config.services.find((one) => one.name === name?.name && one.namespace === name.namespace);
  const isOther = service?.name !== requested.name || service.namespace !== requested.namespace;
  const key = subset ?? (isOther ? (name?.name ?? host) : "*");
  const branch = { key, weight, service: service ?? name ?? { namespace: "unknown", name: host }, subset };
  const labels = subset === undefined ? {} : service && subsetLabels(service, subset, config.destinationRules);
  if (service === undefined || labels === undefined) {
    return { ...branch, pods: [], failure: { code: 503, flags: "NC" } };
  }
  const pods = podsOf(service, config.pods).filter((pod) => selects(labels, pod.labels));
  return { ...branch, pods, failure: pods.length === 0 ? { code: 503, flags: "UH" } : undefined };
}

/** A Service without selector has no pods of its own, rather than all of them. */
function podsOf(service: Service, pods: readonly Pod[]): readonly Pod[] {
  if (Object.keys(service.selector).length === 0) return [];
  return pods.filter(
    (pod) => pod.ready && pod.namespace === service.namespace && selects(service.selector, pod.labels),
  );
}

/** Istio merges the rules for one host in one namespace; of two subsets of one name the older rule's counts. */
function subsetLabels(service: ObjectName, subset: string, rules: readonly DestinationRule[]) {
  return rules
    .filter(
      (rule) => rule.namespace === service.namespace && hostMatch(rule.host, rule.namespace, service) === Infinity,
    )
    .sort(byAge)
    .flatMap((rule) => rule.subsets)
    .find(({ name }) => name === subset)?.labels;
}

/** A plain `GET /` from inside the mesh. */
export function requestTo(service: Service): PlainRequest {
  return {
    method: "GET",
    path: "/",
    scheme: "http",
    authority: fqdn(service),
    port: service.port,
    sourceNamespace: trafficSource.namespace,
    sourceLabels: trafficSource.labels,
  };
}
