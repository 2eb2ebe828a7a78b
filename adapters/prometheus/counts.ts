import type { MetricCounts, Totals } from "../../engine";
import { BOUND, commonBounds, countAt, readHistogram, type Histogram } from "./buckets";
import type { CountsDefinition } from "./metricDefinition";
import type { Row } from "./queryResult";
import { pick } from "./rows";
import type { VersionLabels } from "./template";
import type { LabelledVersions } from "./versions";

/** The rows that a query was answered with. */
export type RowsOf = (promql: string) => readonly Row[];

/** A query for counters, and the names of the labels that its rows must have. */
export interface CounterQuery {
  readonly promql: string;
  readonly labels: VersionLabels;
}

/** With the templates filled in, so that they are PromQL. */
export function fillCounts(counts: CountsDefinition, fill: (template: string) => string): CountsDefinition {
  if (counts.kind === "percentile") return { ...counts, buckets: fill(counts.buckets) };
  return { ...counts, total: fill(counts.total), part: fill(counts.part) };
}

/** What is to be asked for filled-in counts; each query answers for both versions. */
export function counterQueries(counts: CountsDefinition, labels: VersionLabels): CounterQuery[] {
  if (counts.kind === "percentile") return [{ promql: counts.buckets, labels: { ...labels, [BOUND]: "" } }];
  return [counts.total, counts.part].map((promql) => ({ promql, labels }));
}

/** Where the counters of one version stand; undefined when it has no row; a text that says what is wrong with them. */
export type Reading = Totals | string | undefined;

/** Reads both versions' counters, and the bounds that they share. */
export function readBoth(
  counts: CountsDefinition,
  rowsOf: RowsOf,
  { baseline, candidate }: LabelledVersions,
): { readonly baseline: Reading; readonly candidate: Reading; readonly bounds?: readonly number[] } {
  if (counts.kind !== "percentile") {
    return { baseline: readSums(counts, rowsOf, baseline), candidate: readSums(counts, rowsOf, candidate) };
  }
  const rows = rowsOf(counts.buckets);
  const histograms = [readHistogram(rows, baseline), readHistogram(rows, candidate)] as const;
  const bounds = commonBounds(histograms.filter((one) => typeof one === "object"));
  const [first, second] = histograms.map((one) => (typeof one === "object" ? totalsAt(one, bounds) : one));
  return { baseline: first, candidate: second, bounds };
}

/** Where the counters of one version stand, with a histogram's counts at the given bounds; one that it lacks is a fault. */
export function readOne(
  counts: CountsDefinition,
  rowsOf: RowsOf,
  version: VersionLabels,
  bounds: readonly number[],
): Reading {
  if (counts.kind !== "percentile") return readSums(counts, rowsOf, version);
  const histogram = readHistogram(rowsOf(counts.buckets), version);
  return typeof histogram === "object" ? totalsAt(histogram, bounds) : histogram;
}

/**
 * The counts of both versions, from their counters.
 *
 * A version without a row counts zero if it has had no request. If it had some, its series are gone for now; zeros would
 * make all its requests look new once they are back, so there are no counts until then.
 *
 * @param at when the newest sample was taken, in ms since 1970
 * @param hadRequests whether each version is known to have had requests
 * @returns undefined when there are no counts for now; a text that says what is wrong with them
 */
export function readCounts(
  counts: CountsDefinition,
  rowsOf: RowsOf,
  versions: LabelledVersions,
  at: number,
  hadRequests: { readonly baseline: boolean; readonly candidate: boolean },
): MetricCounts | string | undefined {
  const { bounds, ...read } = readBoth(counts, rowsOf, versions);
  const nothing: Totals = { requests: 0, events: 0, sum: 0, ...(bounds && { buckets: bounds.map(() => 0) }) };
  const baseline = read.baseline ?? (hadRequests.baseline ? undefined : nothing);
  const candidate = read.candidate ?? (hadRequests.candidate ? undefined : nothing);
  if (typeof baseline === "string") return baseline;
  if (typeof candidate === "string") return candidate;
  if (baseline === undefined || candidate === undefined) return undefined;
  const { kind } = counts;
  if (kind !== "percentile") return { kind, at, baseline, candidate };
  return { kind, at, quantile: counts.quantile, bounds, baseline, candidate };
}

function readSums(
  { kind, total, part }: Extract<CountsDefinition, { kind: "ratio" | "mean" }>,
  rowsOf: RowsOf,
  version: VersionLabels,
): Reading {
  const requests = pick(rowsOf(total), version);
  if (requests === undefined) return undefined;
  if (!Number.isFinite(requests) || requests < 0) return `its number of requests is ${requests}`;
  const value = pick(rowsOf(part), version);
  if (kind === "ratio") {
    const events = value ?? 0;
    return Number.isFinite(events) && events >= 0 ? { requests, events, sum: 0 } : `its number of events is ${events}`;
  }
  // A series of sums begins with the first request: without one the mean would look like 0.
  if (value === undefined && requests > 0) return "it has requests, but no sum of their values";
  const sum = value ?? 0;
  return Number.isFinite(sum) ? { requests, events: 0, sum } : `the sum of its values is ${sum}`;
}

function totalsAt(histogram: Histogram, bounds: readonly number[]): Totals | string {
  const buckets: number[] = [];
  for (const bound of bounds) {
    const count = countAt(histogram, bound);
    if (count === undefined) return `its rows lack the bucket ${bound}`;
    buckets.push(count);
  }
  return { requests: histogram.at(-1)?.[1] ?? 0, events: 0, sum: 0, buckets };
}
