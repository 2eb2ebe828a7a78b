import { BOUNDS } from "../../../simulation/traffic/bounds";
import type { Scrape, VersionCounters } from "../../../simulation/traffic/stream";

/**
 * Length of the range in `rate(x[1m])`, in ms. With a scrape every 15 s it holds four samples, and so 45 s of increase:
 * since Prometheus 3 the range does not include its older end.
 */
export const RANGE_MS = 60_000;

/** The scrapes in the range that ends at a time, its older end left out. */
export function range(scrapes: readonly Scrape[], at: number, lengthMs: number = RANGE_MS): readonly Scrape[] {
  let end = scrapes.length;
  while (end > 0 && (scrapes[end - 1]?.at ?? 0) > at) end--;
  let start = end;
  while (start > 0 && (scrapes[start - 1]?.at ?? 0) > at - lengthMs) start--;
  return scrapes.slice(start, end);
}

/**
 * How much a counter grew over the scrapes; undefined with fewer than two, as PromQL has it. A counter that went back was
 * restarted and counts from 0. PromQL also extrapolates to the ends of the range; in a quotient that cancels out.
 */
export function increase(scrapes: readonly Scrape[], counter: (scrape: Scrape) => number): number | undefined {
  const [first, ...rest] = scrapes;
  if (first === undefined || rest.length === 0) return undefined;
  return growth(counter(first), rest, counter);
}

/** How much a counter grew since it was at `from`, which was before the first of the scrapes. */
export function growth(from: number, scrapes: readonly Scrape[], counter: (scrape: Scrape) => number): number {
  let before = from;
  let total = 0;
  for (const scrape of scrapes) {
    const now = counter(scrape);
    total += now >= before ? now - before : now;
    before = now;
  }
  return total;
}

type Version = "baseline" | "candidate";

/**
 * `rate(of[1m]) / rate(requests[1m])`. NaN without a request in the range, undefined when the range has no two samples.
 */
export function perRequest(
  scrapes: readonly Scrape[],
  version: Version,
  of: (counters: VersionCounters) => number,
): number | undefined {
  const requests = increase(scrapes, (scrape) => scrape[version].requests);
  const sum = increase(scrapes, (scrape) => of(scrape[version]));
  return requests === undefined || sum === undefined ? undefined : sum / requests;
}

/**
 * `histogram_quantile(q, rate(buckets[1m]))` in ms: linear inside the bucket that the quantile falls into, and the largest
 * finite bound beyond that. NaN without a request in the range, undefined when the range has no two samples.
 */
export function latencyQuantile(scrapes: readonly Scrape[], version: Version, q: number): number | undefined {
  const requests = increase(scrapes, (scrape) => scrape[version].requests);
  if (requests === undefined) return undefined;
  const atMost = BOUNDS.map((_, i) => increase(scrapes, (scrape) => scrape[version].buckets[i] ?? 0) ?? 0);
  return histogramQuantile(q, requests, atMost);
}

/**
 * Prometheus' quantile of a histogram.
 *
 * @param atMost requests at most each of the {@link BOUNDS}
 * @example histogramQuantile(0.99, 100, BOUNDS.map((bound) => (bound < 500 ? 98 : 100))) // 375
 */
export function histogramQuantile(q: number, requests: number, atMost: readonly number[]): number {
  if (!(requests > 0)) return NaN;
  const rank = q * requests;
  const place = atMost.findIndex((count) => count >= rank);
  if (place === -1) return BOUNDS[BOUNDS.length - 1] ?? NaN;
  const upper = BOUNDS[place] ?? NaN;
  const [lower, below] = place === 0 ? [0, 0] : [BOUNDS[place - 1] ?? NaN, atMost[place - 1] ?? NaN];
  return lower + ((upper - lower) * (rank - below)) / ((atMost[place] ?? NaN) - below);
}
