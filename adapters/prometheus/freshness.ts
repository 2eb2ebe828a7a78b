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
  const youngest = youngestAge(ages);
  if (youngest === undefined) {
    if (!hadRequests) return undefined;
    return "Prometheus has no current sample of either version: scraping has stopped, or the callers are gone";
  }
  const ageMs = youngest * 1000;
  if (ageMs <= maxAgeMs) return undefined;
  const [age, limit] = [formatDuration(ageMs), formatDuration(maxAgeMs)];
  return `the newest sample in Prometheus is ${age} old (${limit} at most): scraping has stopped, or clocks differ`;
}

/** When the newest sample of either version was taken, in ms; `now` when that is not known. */
export function newestSampleAt(ages: Freshness["ages"], now: number): number {
  // Samples have whole milliseconds: rounding makes one sample, seen twice, the same moment.
  return Math.round(now - Math.max(0, youngestAge(ages) ?? 0) * 1000);
}

function youngestAge(ages: Freshness["ages"]): number | undefined {
  const known = ages.filter((age) => age !== undefined && Number.isFinite(age)) as number[];
  return known.length === 0 ? undefined : Math.min(...known);
}
