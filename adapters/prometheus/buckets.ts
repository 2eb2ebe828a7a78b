import { parseValue, type Row } from "./queryResult";
import { pick } from "./rows";
import type { VersionLabels } from "./template";

/** The label of a histogram's buckets that has their upper bound. */
export const BOUND = "le";

/** A version's histogram: requests at or under each bound, `Infinity` included; bounds rising. */
export type Histogram = readonly (readonly [bound: number, count: number])[];

/**
 * One version's buckets.
 *
 * @returns undefined when the version has no row; a text that says what is wrong with them
 */
export function readHistogram(rows: readonly Row[], version: VersionLabels): Histogram | string | undefined {
  const byBound = new Map<number, number>();
  for (const { labels, value } of rows) {
    const { [BOUND]: le, ...others } = labels;
    if (le === undefined || pick([{ labels: others, value, timestamp: 0 }], version) === undefined) continue;
    const bound = parseValue(le);
    if (bound === undefined || Number.isNaN(bound)) return `its rows have the bound '${le}', which is no number`;
    if (!Number.isFinite(value) || value < 0) return `its bucket ${le} has the count ${value}`;
    // 250 and 250.0 are the same bound, written by callers or Prometheus servers of different age.
    byBound.set(bound, (byBound.get(bound) ?? 0) + value);
  }
  if (byBound.size === 0) return undefined;
  const histogram = [...byBound].sort(([a], [b]) => a - b);
  if (histogram.at(-1)?.[0] !== Infinity) return "its rows lack the bucket +Inf";
  const falls = histogram.find(([, count], i) => count < (histogram[i - 1]?.[1] ?? 0));
  if (falls === undefined) return histogram;
  // A bound that only some callers have counts only their requests.
  return `its bucket ${falls[0]} counts less than the one before it, as if callers had buckets of their own each`;
}

/**
 * The finite bounds that all of the histograms have, rising.
 *
 * How many requests of a version lie under a bound that it lacks is not known: to take too many would hide harm, to take
 * too few would make it up. So the bound is left out for both.
 */
export function commonBounds(histograms: readonly Histogram[]): number[] {
  const [first = [], ...others] = histograms;
  return first
    .map(([bound]) => bound)
    .filter((bound) => Number.isFinite(bound))
    .filter((bound) => others.every((histogram) => countAt(histogram, bound) !== undefined));
}

/** Requests at or under a bound; undefined where the histogram lacks it. */
export function countAt(histogram: Histogram, bound: number): number | undefined {
  return histogram.find(([of]) => of === bound)?.[1];
}
