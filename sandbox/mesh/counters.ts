import type { ObjectName } from "./model";
import type { Arrival } from "./simulation";

/** What the mesh sent to one workload for one service, since it started. */
export interface RequestCount {
  readonly service: string;
  readonly namespace: string;
  /** `unknown` counts the requests that reached no pod. */
  readonly workload: string;
  /** The `version` label of the pod that answered last. */
  version: string | null;
  /** The subset that the last request was routed by. */
  subset: string | null;
  requests: number;
  /** Requests answered with a status of 500 or above. */
  errors: number;
  /** Milliseconds since the epoch. */
  readonly firstRequestAt: number;
  /** When the latest of all requests arrived, in the same unit. */
  lastRequestAt: number;
  /** When the earliest of the {@link errors} arrived, in the same unit; null while there are none. */
  firstErrorAt: number | null;
}

export class RequestCounters {
  private readonly services = new Map<string, Map<string, RequestCount>>();

  count({ at, service, branch, pod, code }: Arrival): void {
    const workload = pod?.workload ?? "unknown";
    const key = `${service.namespace}/${service.name}`;
    let workloads = this.services.get(key);
    if (workloads === undefined) this.services.set(key, (workloads = new Map()));
    let row = workloads.get(workload);
    if (row === undefined) {
      const { namespace, name } = service;
      row = {
        service: name,
        namespace,
        workload,
        version: null,
        subset: null,
        requests: 0,
        errors: 0,
        firstRequestAt: at,
        lastRequestAt: at,
        firstErrorAt: null,
      };
      workloads.set(workload, row);
    }
    row.version = pod?.labels["version"] ?? null;
    row.subset = branch.subset ?? null;
    row.requests += 1;
    // Requests are counted when they end, which need not be the order in which they arrived.
    row.lastRequestAt = Math.max(row.lastRequestAt, at);
    if (code < 500) return;
    row.errors += 1;
    row.firstErrorAt = Math.min(row.firstErrorAt ?? at, at);
  }

  all(): readonly RequestCount[] {
    return [...this.services.values()].flatMap((workloads) => [...workloads.values()]);
  }

  requestsByWorkload({ namespace, name }: ObjectName): Record<string, number> {
    const workloads = this.services.get(`${namespace}/${name}`) ?? new Map<string, RequestCount>();
    return Object.fromEntries([...workloads].map(([workload, { requests }]) => [workload, requests]));
  }
}
