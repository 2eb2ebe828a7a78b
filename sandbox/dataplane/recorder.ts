import type { RequestCounters } from "../mesh/counters";
import { serviceOfHost } from "../mesh/hosts";
import type { ObjectName, Pod } from "../mesh/model";
import type { Branch } from "../mesh/routing";
import type { SeriesStore } from "../mesh/series";
import type { ProxiedRequest } from "./accessLog";
import type { SplitBook } from "./splits";

/** Requests to a service that a proxy could not bring to an answer of a pod, since a pod answered one for the first time. */
export interface Losses extends ObjectName {
  lost: number;
  /** By the flags that the proxy gave as the reason. */
  readonly byFlags: Record<string, number>;
}

export interface Books {
  readonly counters: Pick<RequestCounters, "count">;
  readonly series: Pick<SeriesStore, "record">;
  readonly splits: Pick<SplitBook, "count">;
}

/** Enters what the proxies report into the books: by workload, as Istio's metrics, and what was lost on the way. */
export class Recorder {
  private readonly byAddress = new Map<string, Pod>();
  private readonly losses = new Map<string, Losses>();
  /** One object a destination, which the books use as a key. */
  private readonly branches = new Map<string, Branch>();
  private byGatewayHost: ReadonlyMap<string, ObjectName> = new Map();

  /** @param onLoss told of each request that is lost */
  constructor(
    private readonly books: Books,
    private readonly onLoss: (service: ObjectName, request: ProxiedRequest) => void = () => undefined,
  ) {}

  /** Pods that are gone stay known by their address until it is given to another: their last requests come in late. */
  follow(pods: readonly Pod[]): void {
    for (const pod of pods) if (pod.ip !== undefined) this.byAddress.set(pod.ip, pod);
  }

  /** Hosts that services have at the gateway: what it had no route for is counted for the service that it was meant for. */
  expectAtGateway(services: ReadonlyMap<string, ObjectName>): void {
    this.byGatewayHost = services;
  }

  record(request: ProxiedRequest): void {
    const { at, code, flags, durationMs, upstream, host, destination } = request;
    const pod = upstream === undefined ? undefined : this.byAddress.get(upstream);
    const branch = this.branchOf(request);
    const meant = destination === undefined ? this.byGatewayHost.get(host) : undefined;
    const service = named(host) ?? meant ?? branch.service;
    const arrival = { at, service, branch, pod, code, flags, latencyMs: durationMs };
    this.books.counters.count(arrival);
    this.books.series.record(arrival);
    this.books.splits.count(arrival);
    this.countLoss(service, request, pod);
  }

  lossesOfAll(): readonly Losses[] {
    return [...this.losses.values()];
  }

  private countLoss(service: ObjectName, request: ProxiedRequest, pod: Pod | undefined): void {
    const { code, flags } = request;
    const { namespace, name } = service;
    const key = `${namespace}/${name}`;
    const known = this.losses.get(key);
    if (flags === "-") {
      if (pod && !known) this.losses.set(key, { namespace, name, lost: 0, byFlags: {} });
      return;
    }
    // A client that went away (DC) lost nothing by the mesh's doing. No route (NR) is a 404.
    if (known === undefined || flags === "DC" || code < 400) return;
    known.lost += 1;
    known.byFlags[flags] = (known.byFlags[flags] ?? 0) + 1;
    this.onLoss(service, request);
  }

  /** The flags belong to the key, since the series take every request of one branch, pod and code for alike. */
  private branchOf({ destination, host, flags }: ProxiedRequest): Branch {
    const name = destination?.host ?? host;
    const subset = destination?.subset;
    const key = [subset ?? "", name, flags].join("|");
    let branch = this.branches.get(key);
    if (branch === undefined) {
      const service = named(name) ?? { namespace: "unknown", name };
      branch = { key: subset ?? "*", weight: 100, service, subset, pods: [], failure: undefined };
      this.branches.set(key, branch);
    }
    return branch;
  }
}

/** The Service that a host names. Without `svc`, `shop.example` is a gateway's host as well as any. */
function named(host: string): ObjectName | undefined {
  return /\.svc(\.cluster\.local)?$/.test(host) ? serviceOfHost(host, "") : undefined;
}
