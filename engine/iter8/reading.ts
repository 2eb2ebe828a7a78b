import { AnalysisError, ERRORS } from "./errors";
import type { Reading, TimeRange } from "./types";

/** What queries look at; ms since 1970. */
export interface QueryWindow {
  readonly start: number;
  readonly end: number;
  /** The moment the query is evaluated at. */
  readonly evaluatedAt: number;
}

/**
 * The window of one version's queries.
 *
 * @param now ms since 1970
 * @throws {AnalysisError} when the range ends before it starts
 */
export function queryWindow(range: TimeRange, now: number): QueryWindow {
  const { start, end = now } = range;
  if (start > end) throw new AnalysisError(ERRORS.startAfterEnd);
  return { start, end, evaluatedAt: now };
}

/** One row of an instant vector. */
export interface VectorRow {
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** The rows that answered the two queries of one metric; undefined for a success answer without data. */
export interface MetricRows {
  readonly value: readonly VectorRow[] | undefined;
  readonly sampleSize: readonly VectorRow[] | undefined;
}

/**
 * What one version shows of one metric. Iter8 v0.1: a row counts only if its labels are exactly the version's tags and
 * its value is a number; without such a row, the absent value takes its place, and 0 that of the sample size. An answer
 * without data gives no value at all. Values have three decimals.
 *
 * Iter8 goes on with infinite values. Here they are no value, which fails a criterion just as well and is valid JSON.
 *
 * @param absentValue as text, such as "0.0"; "None", or whatever else is no number, means "no value"
 */
export function readMetric(rows: MetricRows, tags: VectorRow["labels"], absentValue = "0.0"): Reading {
  return {
    value: readNumber(rows.value, tags, parseAbsent(absentValue)),
    sampleSize: readNumber(rows.sampleSize, tags, 0) ?? 0,
  };
}

function readNumber(
  rows: readonly VectorRow[] | undefined,
  tags: VectorRow["labels"],
  absent: number | null,
): number | null {
  if (rows === undefined) return null;
  const row = rows.find(({ labels, value }) => !Number.isNaN(value) && sameLabels(labels, tags));
  if (row === undefined) return absent;
  return Number.isFinite(row.value) ? roundTo3(row.value) : null;
}

function sameLabels(labels: VectorRow["labels"], tags: VectorRow["labels"]): boolean {
  const wanted = Object.entries(tags);
  return Object.keys(labels).length === wanted.length && wanted.every(([name, value]) => labels[name] === value);
}

function parseAbsent(text: string): number | null {
  const value = text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/**
 * The nearest number with three decimals, and of two equally near ones the even one, as Python's formatting has it.
 * `toFixed` takes the one farther from 0. Of all doubles, only odd multiples of 1/16 lie exactly in the middle.
 */
function roundTo3(value: number): number {
  if (Math.abs((value * 16) % 2) !== 1) return Number(value.toFixed(3));
  const below = Math.floor(value * 1000);
  return (below % 2 === 0 ? below : below + 1) / 1000;
}
