import type { ObjectName } from "./model";
import type { Route } from "./routing";

/** A change of a service's effective route, as of the moment that the mesh began to follow it. */
export interface RouteChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly service: string;
  readonly namespace: string;
  /** By subset; by service for a destination that is another service; else `*`. As written, hence not always of 100. */
  readonly weights: Readonly<Record<string, number>>;
  /** The workloads that each of them reaches through Ready pods. */
  readonly workloads: Readonly<Record<string, readonly string[]>>;
  /** `namespace/name` of the VirtualService in force. */
  readonly virtualService: string | null;
  /** Its resourceVersion; null without a VirtualService. */
  readonly resourceVersion: string | null;
  /** What the service's workloads had been sent until then. */
  readonly requestsByWorkload: Readonly<Record<string, number>>;
}

const maxEntries = 2_000;

export class RouteLog {
  private readonly entries: RouteChange[] = [];
  private readonly lastOf = new Map<string, string>();

  /**
   * Logs `route` if it differs from the last one of the service in anything but the resourceVersion.
   *
   * @returns the new entry, undefined if there is none
   */
  record(
    service: ObjectName,
    route: Route,
    at: number,
    requestsByWorkload: () => Record<string, number>,
  ): RouteChange | undefined {
    const { namespace, name } = service;
    const { virtualService } = route;
    const effect = {
      weights: weightsOf(route),
      workloads: workloadsOf(route),
      virtualService: virtualService ? `${virtualService.namespace}/${virtualService.name}` : null,
    };
    const fingerprint = JSON.stringify([effect, virtualService?.uid, virtualService?.generation]);
    const key = `${namespace}/${name}`;
    if (this.lastOf.get(key) === fingerprint) return undefined;
    this.lastOf.set(key, fingerprint);
    const resourceVersion = virtualService?.resourceVersion ?? null;
    const entry = {
      at,
      service: name,
      namespace,
      ...effect,
      resourceVersion,
      requestsByWorkload: requestsByWorkload(),
    };
    this.entries.push(entry);
    if (this.entries.length > maxEntries) this.entries.shift();
    return entry;
  }

  all(): readonly RouteChange[] {
    return this.entries;
  }
}

function weightsOf(route: Route): Record<string, number> {
  const weights: Record<string, number> = {};
  for (const { key, weight } of route.branches) weights[key] = (weights[key] ?? 0) + weight;
  return weights;
}

function workloadsOf(route: Route): Record<string, readonly string[]> {
  const workloads: Record<string, readonly string[]> = {};
  for (const { key, pods } of route.branches) {
    workloads[key] = [...new Set([...(workloads[key] ?? []), ...pods.map((pod) => pod.workload)])].sort();
  }
  return workloads;
}
