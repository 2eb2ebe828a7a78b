import { BOUNDS } from "../../../../simulation/traffic/bounds";
import type { Scrape, VersionCounters } from "../../../../simulation/traffic/stream";

/** Counters after so many requests, all of which took `ms`. */
export function counters(requests: number, errors: number, ms = 80): VersionCounters {
  const buckets = BOUNDS.map((bound) => (ms <= bound ? requests : 0));
  return { requests, errors, durationSum: requests * ms, buckets };
}

/** A scrape at a second, with these counters of the candidate and none of the baseline. */
export function scrapeAt(second: number, candidate: VersionCounters, baseline = counters(0, 0)): Scrape {
  return { at: second * 1000, baseline, candidate };
}

/** A scrape each 15 s from 0 on, of a version that gets `requests` and has `errors` in each of these spans. */
export function steady(count: number, requests: number, errors: number, ms?: number): readonly Scrape[] {
  return Array.from({ length: count }, (_, i) => scrapeAt(15 * i, counters(i * requests, i * errors, ms)));
}
