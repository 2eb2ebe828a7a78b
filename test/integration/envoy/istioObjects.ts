/** What users of Istio write for their Services, without namespaces. */

interface Meta {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** An object, to be applied in a fixture's namespace. */
interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Meta;
  readonly spec: object;
  readonly [other: string]: unknown;
}

const header = { apiVersion: "networking.istio.io/v1" };

/** Takes requests for the hosts in at port 80 of Istio's own ingress gateway. */
export function gateway(name: string, hosts: readonly string[]): Manifest {
  const server = { port: { number: 80, name: "http", protocol: "HTTP" }, hosts };
  return {
    ...header,
    kind: "Gateway",
    metadata: { name },
    spec: { selector: { istio: "ingressgateway" }, servers: [server] },
  };
}

export function virtualService(
  metadata: Meta,
  hosts: readonly string[],
  http: readonly object[],
  gateways?: readonly string[],
): Manifest {
  return { ...header, kind: "VirtualService", metadata, spec: { hosts, ...(gateways ? { gateways } : {}), http } };
}

/** @param versions the label `version` of each subset */
export function destinationRule(name: string, host: string, versions: Readonly<Record<string, string>>): Manifest {
  const subsets = Object.entries(versions).map(([subset, version]) => ({ name: subset, labels: { version } }));
  return { ...header, kind: "DestinationRule", metadata: { name }, spec: { host, subsets } };
}

/** The route to one destination, or to several by weight. */
export function to(host: string, subset?: string, weight?: number): object {
  return {
    destination: { host, ...(subset === undefined ? {} : { subset }) },
    ...(weight === undefined ? {} : { weight }),
  };
}

/**
 * A version of a Service, with one pod that answers within some milliseconds. Its pod is Ready once it listens: without the
 * probe it would be sent requests before.
 */
export function deployment(app: string, version: string): Manifest {
  const labels = { app, version };
  const readinessProbe = { httpGet: { path: "/healthz", port: 9080 }, periodSeconds: 1 };
  const annotations = { "mesh.serin.dev/latency-p50-ms": "2" };
  const template = {
    metadata: { labels, annotations },
    spec: { containers: [{ name: "app", image: app, readinessProbe }] },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: `${app}-${version}` },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  };
}
