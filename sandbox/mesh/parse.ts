import { z } from "zod";

import type { DestinationRule, Pod, Service, VirtualService } from "./model";
import { workloadName } from "./workload";

/** Reads an object as the API server sends it; throws a ZodError on one that is not of the expected shape. */
export type Parse<T> = (object: unknown) => T;

const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

function list<T extends z.ZodType>(element: T) {
  return z
    .array(element)
    .nullish()
    .transform((value) => value ?? []);
}

const metadata = z.object({
  name: z.string().min(1),
  namespace: z.string().default("default"),
  uid: z.string().default(""),
  resourceVersion: z.string().default(""),
  generation: z.number().default(0),
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().nullish(),
  labels,
  annotations: labels,
  ownerReferences: list(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().nullish() })),
});

/** Fields of an HTTP entry that would change what a request meets. */
const notSimulated = ["redirect", "directResponse", "delegate", "fault", "mirror", "mirrors", "timeout", "retries"];

const servicePort = z.object({
  port: z.number(),
  name: z.string().nullish(),
  appProtocol: z.string().nullish(),
  protocol: z.string().nullish(),
});

const serviceObject = z.object({
  metadata,
  spec: z.object({ selector: labels, ports: list(servicePort) }).prefault({}),
});

const podObject = z.object({
  metadata,
  spec: z.object({ serviceAccountName: z.string().nullish() }).prefault({}),
  status: z
    .object({
      phase: z.string().nullish(),
      podIP: z.string().nullish(),
      conditions: list(z.object({ type: z.string(), status: z.string() })),
    })
    .prefault({}),
});

const virtualServiceObject = z.object({
  metadata,
  spec: z
    .object({
      hosts: list(z.string()),
      gateways: list(z.string()),
      http: list(
        z.looseObject({
          match: list(z.record(z.string(), z.unknown())),
          route: list(
            z.object({
              destination: z.object({ host: z.string(), subset: z.string().nullish() }),
              weight: z.number().min(0).nullish(),
            }),
          ),
        }),
      ),
    })
    .prefault({}),
});

const destinationRuleObject = z.object({
  metadata,
  spec: z.object({ host: z.string().default(""), subsets: list(z.object({ name: z.string(), labels })) }).prefault({}),
});

export const parseService: Parse<Service> = (object) => {
  const { metadata, spec } = serviceObject.parse(object);
  const { name, namespace, annotations } = metadata;
  return {
    name,
    namespace,
    annotations,
    selector: spec.selector,
    port: spec.ports[0]?.port,
    httpPorts: httpPortsOf(spec.ports),
  };
};

/** Names of protocols, as Istio knows them, that are not HTTP. */
const otherProtocols: ReadonlySet<string> = new Set([
  ...["tcp", "udp", "https", "tls", "mongo", "redis", "mysql"],
  "kubernetes.io/wss",
]);
/** SMTP, DNS, MySQL and MongoDB: Istio does not look at the traffic of ports that servers use which speak first. */
const otherPorts: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);
const httpProtocol = /^(http|http2|http_proxy|grpc|kubernetes\.io\/(h2c|ws))(-|$)|^grpc-web/;

/**
 * Those that Istio takes for HTTP. It goes by the application protocol, else by what the port's name begins with; where
 * these tell nothing, it looks at the traffic.
 */
function httpPortsOf(ports: readonly z.output<typeof servicePort>[]): number[] {
  const http = ports.filter(({ port, name, appProtocol, protocol }) => {
    const told = (appProtocol ?? name ?? "").toLowerCase();
    if ((protocol ?? "TCP") !== "TCP") return false;
    return httpProtocol.test(told) || !(otherProtocols.has(told.split("-")[0] ?? "") || otherPorts.has(port));
  });
  return http.map(({ port }) => port);
}

export const parsePod: Parse<Pod> = (object) => {
  const { metadata, spec, status } = podObject.parse(object);
  const { name, namespace, labels, annotations } = metadata;
  const hasReady = status.conditions.some(({ type, status }) => type === "Ready" && status === "True");
  return {
    name,
    namespace,
    labels,
    annotations,
    uid: metadata.uid || `${namespace}/${name}`,
    ready: status.phase === "Running" && hasReady && !metadata.deletionTimestamp,
    ip: status.podIP || undefined,
    workload: workloadName(name, labels, metadata.ownerReferences),
    serviceAccount: spec.serviceAccountName || "default",
  };
};

export const parseVirtualService: Parse<VirtualService> = (object) => {
  const { metadata, spec } = virtualServiceObject.parse(object);
  const { name, namespace, uid, generation, resourceVersion } = metadata;
  const http = spec.http.map((entry) => ({
    match: entry.match,
    destinations: entry.route.map(({ destination, weight }) => ({
      host: destination.host,
      subset: destination.subset || undefined,
      weight: weight ?? undefined,
    })),
    notSimulated: notSimulated.filter((field) => field in entry),
  }));
  const { hosts, gateways } = spec;
  return { name, namespace, uid, generation, resourceVersion, createdAt: created(metadata), hosts, gateways, http };
};

export const parseDestinationRule: Parse<DestinationRule> = (object) => {
  const { metadata, spec } = destinationRuleObject.parse(object);
  const { name, namespace } = metadata;
  return { name, namespace, createdAt: created(metadata), host: spec.host, subsets: spec.subsets };
};

function created(metadata: { creationTimestamp?: string | null | undefined }): number {
  const time = Date.parse(metadata.creationTimestamp ?? "");
  return Number.isNaN(time) ? 0 : time;
}
