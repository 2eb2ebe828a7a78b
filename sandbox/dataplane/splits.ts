import type { ObjectName } from "../mesh/model";
import type { RouteChange } from "../mesh/routeLog";
import type { Arrival } from "../mesh/simulation";

/** After this time, in milliseconds, a change of a route counts as being in effect in every proxy. */
export const settlingMs = 500;

/** What a route asked for while it was in effect, and what came of it. */
export interface Split extends ObjectName {
  /** When it was asked for, in milliseconds since the epoch. */
  readonly at: number;
  /** Percent of the traffic, by workload. */
  readonly asked: Readonly<Record<string, number>>;
  /** Requests by workload, of those that came from {@link settlingMs} after the change until the next one. */
  readonly seen: Readonly<Record<string, number>>;
}

/** A split, and a mutable count. `asked` is undefined where the route asks for no shares of workloads. */
interface Entry extends Omit<Split, "asked"> {
  readonly asked: Split["asked"] | undefined;
  readonly seen: Record<string, number>;
}

/** Of one Service. */
const maxEntries = 2_000;

/** Sets the share that each workload was to have against the requests that it got. */
export class SplitBook {
  /** By Service, the oldest first. */
  private readonly entries = new Map<string, Entry[]>();

  changed(change: RouteChange): void {
    const { at, namespace, service: name } = change;
    const key = `${namespace}/${name}`;
    const entries = this.entries.get(key) ?? [];
    entries.push({ at, namespace, name, asked: sharesOf(change), seen: {} });
    this.entries.set(key, entries.slice(-maxEntries));
  }

  /** A request counts for the route that was in effect when it came, however late its answer is. */
  count({ at, service, pod }: Pick<Arrival, "at" | "service" | "pod">): void {
    const entries = this.entries.get(`${service.namespace}/${service.name}`) ?? [];
    const entry = entries.filter((one) => one.at <= at).at(-1);
    if (entry === undefined || at < entry.at + settlingMs) return;
    const workload = pod?.workload ?? "unknown";
    entry.seen[workload] = (entry.seen[workload] ?? 0) + 1;
  }

  all(): readonly Split[] {
    return [...this.entries.values()].flat().flatMap(({ asked, ...entry }) => (asked ? [{ ...entry, asked }] : []));
  }
}

/** Percent by workload; undefined where one way leads to several workloads, or none. */
function sharesOf({ weights, workloads }: RouteChange): Record<string, number> | undefined {
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const shares: Record<string, number> = {};
  for (const [key, weight] of Object.entries(weights)) {
    const [only, ...others] = workloads[key] ?? [];
    if (weight === 0) continue;
    if (only === undefined || others.length > 0) return undefined;
    shares[only] = (shares[only] ?? 0) + (100 * weight) / total;
  }
  return shares;
}

/** How far the share that a workload got is from the one that was asked for. */
export interface Gap {
  readonly split: Split;
  readonly workload: string;
  readonly asked: number;
  readonly seen: number;
  /** seen - asked, in percentage points. */
  readonly points: number;
  /** Of the share by chance alone, in percentage points: each request is routed independently of the others. */
  readonly standardDeviation: number;
  readonly requests: number;
}

/** The gap of each workload in each split that had at least `least` requests. */
export function gapsOf(splits: readonly Split[], least = 100): Gap[] {
  return splits.flatMap((split) => {
    const requests = Object.values(split.seen).reduce((sum, count) => sum + count, 0);
    if (requests < least) return [];
    const names = new Set([...Object.keys(split.asked), ...Object.keys(split.seen)]);
    return [...names].map((workload) => {
      const asked = split.asked[workload] ?? 0;
      const seen = (100 * (split.seen[workload] ?? 0)) / requests;
      const standardDeviation = Math.sqrt((asked * (100 - asked)) / requests);
      return { split, workload, asked, seen, points: seen - asked, standardDeviation, requests };
    });
  });
}
