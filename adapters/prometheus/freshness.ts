import { formatDuration } from "../../engine";

export interface Freshness {
  /** Age of each version's newest sample in seconds; undefined without any. */
  readonly ages: readonly (number | undefined)[];
  /** Whether any version has had requests since the release began. */
  readonly hadRequests: boolean;
}

/**
 * Why the data is too old to judge by, or undefined when it is not.
 *
 * The younger version's age counts. A caller reports all that it knows whenever it is scraped, so one young sample
 * shows that scraping works; that the other version has none only means that it got no requests from that caller, as
 * after a restart of the gateway, and its counts so far are still all there is.
 * No sample of either version is stale only if there were requests: before the first one there is nothing to be scraped.
 */
export function staleness({ ages, hadRequests }: Freshness, maxAgeMs: number): string | undefined {
  const known = ages.filter((age) => age !== undefined && Number.isFinite(age)) as number[];
  if (known.length === 0) {
    if (!hadRequests) return undefined;
    return "Prometheus has no current sample of either version: scraping has stopped, or the callers are gone";
  }
  const ageMs = Math.min(...known) * 1000;
  if (ageMs <= maxAgeMs) return undefined;
  const [age, limit] = [formatDuration(ageMs), formatDuration(maxAgeMs)];
  return `the newest sample in Prometheus is ${age} old (${limit} at most): scraping has stopped, or clocks differ`;
}
