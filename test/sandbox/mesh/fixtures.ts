import type { Kind } from "../../../sandbox/mesh/caches";
import { Mesh } from "../../../sandbox/mesh/mesh";
import type { Labels, Pod, Service } from "../../../sandbox/mesh/model";
import type { Branch, Route } from "../../../sandbox/mesh/routing";

/** Objects as the API server sends them. */
export function serviceObject(name: string, requestsPerSecond?: string, namespace = "shop"): object {
  const annotations =
    requestsPerSecond === undefined ? {} : { "mesh.serin.dev/requests-per-second": requestsPerSecond };
  const spec = { selector: { app: name }, ports: [{ port: 9080 }] };
  return { metadata: { name, namespace, uid: `service-${namespace}-${name}`, annotations }, spec };
}

interface PodOptions {
  readonly namespace?: string;
  readonly ready?: boolean;
  readonly annotations?: Labels;
  readonly index?: number;
}

export function podObject(app: string, version: string, options: PodOptions = {}): object {
  const { namespace = "shop", ready = true, annotations = {}, index = 0 } = options;
  const name = `${app}-${version}-5f9d499c9d-${index}`;
  const labels = { app, version, "pod-template-hash": "5f9d499c9d" };
  const ownerReferences = [{ kind: "ReplicaSet", name: `${app}-${version}-5f9d499c9d`, controller: true }];
  return {
    metadata: { name, namespace, uid: `pod-${namespace}-${name}`, labels, annotations, ownerReferences },
    spec: { serviceAccountName: `${app}-account` },
    status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

/** A VirtualService `reviews` in `shop` that splits between the subsets v1 and v2. */
export function splitObject(candidateWeight: number, generation = 1): object {
  const destination = (subset: string) => ({ host: "reviews", subset });
  const route = [
    { destination: destination("v1"), weight: 100 - candidateWeight },
    { destination: destination("v2"), weight: candidateWeight },
  ];
  const metadata = { name: "reviews", namespace: "shop", uid: "vs", generation, resourceVersion: String(generation) };
  return { metadata, spec: { hosts: ["reviews"], http: [{ route }] } };
}

export function subsetsObject(): object {
  const subsets = ["v1", "v2"].map((version) => ({ name: version, labels: { version } }));
  return { metadata: { name: "reviews", namespace: "shop" }, spec: { host: "reviews", subsets } };
}

/** A mesh whose time is `time.now`, told of `objects`. */
export function meshWith(objects: Partial<Record<Kind, readonly unknown[]>>, seed = 1) {
  const time = { now: 1_000_000 };
  const warnings: string[] = [];
  const mesh = new Mesh({ seed, now: () => time.now, warn: (message) => warnings.push(message) });
  for (const kind of ["services", "pods", "virtualservices", "destinationrules"] as const) {
    mesh.sink(kind).replace(objects[kind] ?? []);
  }
  mesh.tick();
  /** Lets time pass in ticks, as the process does. */
  const run = (ms: number, tickMs = 25): void => {
    for (const end = time.now + ms; time.now < end;) {
      time.now = Math.min(end, time.now + tickMs);
      mesh.tick();
    }
  };
  return { mesh, time, warnings, run };
}

/** Parsed objects, for the pure parts. */
export function service(name: string, more: Partial<Service> = {}): Service {
  return { name, namespace: "shop", selector: { app: name }, annotations: {}, port: 9080, httpPorts: [9080], ...more };
}

export function pod(app: string, version: string, more: Partial<Pod> = {}): Pod {
  const workload = `${app}-${version}`;
  const base = { name: `${workload}-0`, namespace: "shop", uid: `${workload}-0`, labels: { app, version } };
  return { ...base, annotations: {}, ready: true, ip: undefined, workload, serviceAccount: "default", ...more };
}

export function branch(more: Partial<Branch> = {}): Branch {
  const target = service("reviews");
  return { key: "*", weight: 100, service: target, subset: undefined, pods: [], failure: undefined, ...more };
}

export function routeOf(...branches: Branch[]): Route {
  return { virtualService: undefined, branches, notSimulated: [] };
}
