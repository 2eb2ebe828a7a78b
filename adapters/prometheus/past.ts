import { formatDuration, type MetricCounts, type MetricHistory } from "../../engine";
import { counterQueries, fillCounts, readBoth, readCounts, readOne, type CounterQuery, type RowsOf } from "./counts";
import { newestSampleAt, staleness } from "./freshness";
import { windowsBetween, type Moment } from "./historyWindows";
import type { CountsDefinition, MetricDefinition } from "./metricDefinition";
import type { Row } from "./queryResult";
import type { RangeResult, RangeSeries } from "./rangeResult";
import { labelFault, pick } from "./rows";
import type { VersionLabels, Window } from "./template";
import type { LabelledVersions } from "./versions";

/** What is known of the time before a release. */
export interface History {
  /** One a definition, in their order; undefined where nothing is known, or the metric has values only. */
  readonly histories: readonly (MetricHistory | undefined)[];
  /** One sentence each on what is missing, and why. */
  readonly notes: readonly string[];
}

// Prometheus gives no more than 11000 points a series.
const MOST_WINDOWS = 10_000;

/** The moments that are looked at. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly stepMs: number;
}

/** @param now the last moment, in ms since 1970 */
export function spanOf(now: number, windowMs: number, windows: number): Span {
  const stepMs = Math.max(1000, Math.round(windowMs));
  return { start: now - Math.min(MOST_WINDOWS, Math.max(1, Math.floor(windows))) * stepMs, end: now, stepMs };
}

/** What templates are filled in with. */
export function lastWindow({ end, stepMs }: Span): Window {
  return { start: end - stepMs, end, evaluatedAt: end };
}

/** A metric, and the queries that its past is read by: none when it has values only. */
export interface PastQuestion {
  readonly metric: string;
  readonly counts?: CountsDefinition;
  readonly freshness?: string;
  readonly queries: readonly CounterQuery[];
}

/** What is to be asked about each metric, with the templates filled in. */
export function askAboutPast(
  definitions: readonly MetricDefinition[],
  { baseline }: LabelledVersions,
  fill: (template: string) => string,
): PastQuestion[] {
  return definitions.map(({ name: metric, counts: unfilled, freshnessTemplate }) => {
    if (unfilled === undefined) return { metric, queries: [] };
    const counts = fillCounts(unfilled, fill);
    const freshness = freshnessTemplate === undefined ? undefined : fill(freshnessTemplate);
    const queries = counterQueries(counts, baseline);
    if (freshness !== undefined) queries.push({ promql: freshness, labels: baseline });
    return { metric, counts, freshness, queries };
  });
}

/**
 * What the answers say of the past.
 *
 * @param labelFaultOf what is wrong with the labels of an answer's series, if it is not to be told by them alone
 */
export function readHistory(
  questions: readonly PastQuestion[],
  resultOf: (query: CounterQuery) => RangeResult,
  versions: LabelledVersions,
  { start, end: now, stepMs }: Span,
  maxAgeMs: number,
  labelFaultOf = ({ labels }: CounterQuery, series: readonly RangeSeries[]) => labelFault(series, labels),
): History {
  const read = questions.map(({ metric, counts, freshness, queries }): Past => {
    if (counts === undefined) return { notes: [] };
    const answers = new Map<string, RowsByTime>();
    for (const query of queries) {
      const result = resultOf(query);
      if (result.kind === "fault") return { notes: [`no history, ${result.detail}`] };
      const fault = labelFaultOf(query, result.series);
      if (fault !== undefined) return { notes: [`no history, it cannot be read: ${fault}`] };
      answers.set(query.promql, byTime(result.series));
    }
    return pastOf(metric, { counts, freshness, answers, versions, start, stepMs, now, maxAgeMs });
  });
  const notes = read.flatMap(({ notes }, i) => notes.map((note) => `${questions[i]?.metric}: ${note}.`));
  return { histories: read.map(({ history }) => history), notes: [...new Set(notes)] };
}

type RowsByTime = ReadonlyMap<number, readonly Row[]>;

/** The same numbers as instant queries would have had at each moment, oldest first. */
function byTime(series: readonly RangeSeries[]): RowsByTime {
  const rows = new Map<number, Row[]>();
  for (const { labels, points } of series) {
    for (const { time, value } of points) {
      const row: Row = { labels, value, timestamp: time };
      const others = rows.get(time);
      if (others === undefined) rows.set(time, [row]);
      else others.push(row);
    }
  }
  return new Map([...rows].sort(([a], [b]) => a - b));
}

interface Past {
  readonly history?: MetricHistory;
  readonly notes: readonly string[];
}

interface Told {
  readonly counts: CountsDefinition;
  readonly freshness: string | undefined;
  readonly answers: ReadonlyMap<string, RowsByTime>;
  readonly versions: LabelledVersions;
  readonly start: number;
  readonly stepMs: number;
  readonly now: number;
  readonly maxAgeMs: number;
}

function pastOf(metric: string, told: Told): Past {
  const { counts, freshness, answers, versions, stepMs } = told;
  const [requests] = counterQueries(counts, versions.baseline);
  const times = [...(answers.get(requests?.promql ?? "") ?? new Map<number, unknown>()).keys()];
  const last = times.at(-1);
  if (last === undefined) return { notes: ["no history, neither version has had requests"] };
  const rowsAt =
    (time: number): RowsOf =>
    (promql) =>
      answers.get(promql)?.get(time) ?? [];

  // Later looks are read with the bounds of their time, so the past is read with those of now.
  const { bounds = [] } = readBoth(counts, rowsAt(last), versions);
  const moments = times.flatMap((time): Moment[] => {
    const totals = readOne(counts, rowsAt(time), versions.baseline, bounds);
    if (typeof totals !== "object") return [];
    if (freshness === undefined) return [{ time, totals }];
    const age = pick(rowsAt(time)(freshness), versions.baseline);
    return age === undefined || !Number.isFinite(age) ? [] : [{ time, totals, sampledAt: newestSampleAt([age], time) }];
  });
  const found = windowsBetween(moments, stepMs, told.start);
  const start = countsAt(last, rowsAt(last), told, (version) =>
    times.some((time) => typeof readOne(counts, rowsAt(time), version, []) === "object"),
  );
  const notes = typeof start === "string" ? [start] : [];
  if (found === undefined) {
    notes.push(`no history, its samples are too far apart for windows of ${formatDuration(stepMs)}`);
  } else if (found.windows.every(({ requests }) => requests === 0))
    notes.push("no history, the baseline had no requests that could be counted");
  if (typeof start === "string" && (found?.windows.length ?? 0) === 0) return { notes };
  const history: MetricHistory = {
    metric,
    kind: counts.kind,
    ...(counts.kind === "percentile" ? { quantile: counts.quantile, bounds } : {}),
    windowMs: found?.windowMs ?? stepMs,
    windows: found?.windows ?? [],
    ...(typeof start === "string" ? {} : { counts: start }),
  };
  return { history, notes };
}

/** The counts that the release starts from; or why they cannot be had. */
function countsAt(
  time: number,
  rowsOf: RowsOf,
  { counts, freshness, versions, stepMs, now, maxAgeMs }: Told,
  hadRequests: (version: VersionLabels) => boolean,
): MetricCounts | string {
  const cannot = (why: string) => `what the release counts from is not known, ${why}`;
  // Some servers evaluate at multiples of the step, up to one before `now`.
  if (time <= now - stepMs) return cannot("the counters have gone");
  const ages =
    freshness === undefined
      ? []
      : [versions.baseline, versions.candidate].map((version) => pick(rowsOf(freshness), version));
  const stale = freshness === undefined ? undefined : staleness({ ages, hadRequests: true }, maxAgeMs);
  if (stale !== undefined) return cannot(stale);
  const seen = { baseline: hadRequests(versions.baseline), candidate: hadRequests(versions.candidate) };
  const read = readCounts(counts, rowsOf, versions, newestSampleAt(ages, time), seen);
  if (read === undefined) return cannot("the counters of a version have gone");
  return typeof read === "string" ? cannot(read) : read;
}
