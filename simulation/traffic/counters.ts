import { BOUNDS } from "./bounds";
import type { VersionCounters } from "./stream";

/** The counters of one version while they count. Unlike in a scrape, each bucket counts only the requests that fell into it. */
export interface Counters {
  requests: number;
  errors: number;
  durationSum: number;
  readonly buckets: number[];
}

/** @param withBuckets whether there is a histogram */
export function createCounters(withBuckets: boolean): Counters {
  return { requests: 0, errors: 0, durationSum: 0, buckets: withBuckets ? [...BOUNDS, Infinity].map(() => 0) : [] };
}

/** What a restart leaves of the counters. */
export function resetCounters(counters: Counters): void {
  counters.requests = 0;
  counters.errors = 0;
  counters.durationSum = 0;
  counters.buckets.fill(0);
}

const NO_BUCKETS: readonly number[] = [];

/** The counters as a scrape reads them. */
export function readCounters({ requests, errors, durationSum, buckets }: Counters): VersionCounters {
  return { requests, errors, durationSum, buckets: buckets.length > 0 ? cumulative(buckets) : NO_BUCKETS };
}

/** Those beyond the last bound are in `requests` alone. */
function cumulative(buckets: readonly number[]): readonly number[] {
  const totals = new Array<number>(BOUNDS.length);
  let total = 0;
  for (let i = 0; i < totals.length; i++) totals[i] = total += buckets[i] as number;
  return totals;
}
