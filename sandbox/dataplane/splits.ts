import type { ObjectName } from "../mesh/model";
import type { RouteChange } from "../mesh/routeLog";

/** After this time, in milliseconds, a change of a route counts as being in effect in every proxy. */
export const settlingMs = 500;

/** What a route asked for while it was in effect, and what came of it. */
export interface Split extends ObjectName {
  /** When it was asked for, in milliseconds since the epoch. */
  readonly at: number;
  /** Percent of the traffic, by workload. */
  readonly asked: Readonly<Record<string, number>>;
  /** Requests by workload, from {@link settlingMs} after the change to the next one, or until now. */
  readonly seen: Readonly<Record<string, number>>;
}

type Counts = Readonly<Record<string, number>>;

interface OpenSplit {
  readonly change: RouteChange;
  from: Counts;
  isSettled: boolean;
}

const maxEntries = 2_000;

/** Sets the share that each workload was to have against the requests that it got. */
export class SplitBook {
  private readonly closed: Split[] = [];
  private readonly open = new Map<string, OpenSplit>();

  constructor(private readonly later: (work: () => void, ms: number) => void) {}

  /** A route changed; `counts` gives the requests of the service's workloads so far, whenever it is called. */
  changed(change: RouteChange, counts: () => Counts): void {
    const key = keyOf(change);
    const before = this.open.get(key);
    if (before) this.closed.push(...splitOf(before, counts()));
    if (this.closed.length > maxEntries) this.closed.shift();
    const split: OpenSplit = { change, from: {}, isSettled: false };
    this.open.set(key, split);
    this.later(() => {
      split.from = counts();
      split.isSettled = true;
    }, settlingMs);
  }

  all(countsOf: (service: ObjectName) => Counts): readonly Split[] {
    const running = [...this.open.values()].flatMap((split) => {
      const { namespace, service: name } = split.change;
      return splitOf(split, countsOf({ namespace, name }));
    });
    return [...this.closed, ...running];
  }
}

function splitOf({ change, from, isSettled }: OpenSplit, to: Counts): Split[] {
  const asked = sharesOf(change);
  if (!isSettled || asked === undefined) return [];
  const seen = Object.fromEntries(Object.entries(to).map(([name, count]) => [name, count - (from[name] ?? 0)]));
  const { at, namespace, service: name } = change;
  return [{ at, namespace, name, asked, seen }];
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

function keyOf({ namespace, service }: RouteChange): string {
  return `${namespace}/${service}`;
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
