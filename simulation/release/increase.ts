import type { VersionCounters } from "../traffic/stream";

/** Counters of a version that has had no request. */
export const NO_COUNTERS: VersionCounters = { requests: 0, errors: 0, durationSum: 0, buckets: [] };

/** Whether a counter went back in between: nobody knows what it had reached. */
export function wasReset(from: VersionCounters, to: VersionCounters): boolean {
  return to.requests < from.requests;
}

/** What was counted from one scrape to a later one; after a restart, since that, as Prometheus' `increase` has it. */
export function increase(from: VersionCounters, to: VersionCounters): VersionCounters {
  if (wasReset(from, to)) return to;
  return combine(to, from, (later, earlier) => later - earlier);
}

/** Two counts together. */
export function add(a: VersionCounters, b: VersionCounters): VersionCounters {
  return combine(a, b, (x, y) => x + y);
}

function combine(a: VersionCounters, b: VersionCounters, apply: (a: number, b: number) => number): VersionCounters {
  const places = a.buckets.length > 0 ? a.buckets : b.buckets;
  return {
    requests: apply(a.requests, b.requests),
    errors: apply(a.errors, b.errors),
    durationSum: apply(a.durationSum, b.durationSum),
    buckets: places.map((_, i) => apply(a.buckets[i] ?? 0, b.buckets[i] ?? 0)),
  };
}
