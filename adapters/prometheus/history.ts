import { formatDuration, type MetricCounts, type MetricHistory } from "../../engine";
import type { RangeSource } from "./client";
import { counterQueries, fillCounts, readBoth, readCounts, readOne, type RowsOf } from "./counts";
import { newestSampleAt, staleness } from "./freshness";
import { windowsBetween, type Moment } from "./historyWindows";
import type { CountsDefinition, MetricDefinition } from "./metricDefinition";
import type { Row } from "./queryResult";
import type { RangeSeries } from "./rangeResult";
import { labelFault, pick } from "./rows";
import { fillTemplate, type VersionLabels } from "./template";
import { istioLabels, type LabelledVersions, type Versions } from "./versions";

export interface HistoryOptions {
  /** Length of a window in ms, at least 1000; best the time from one look to the next. */
  readonly windowMs: number;
  /** How many windows to look back, 1 to 10000. Default: 120. */
  readonly windows?: number;
  /** The newest sample may be this old, in ms, to count from it. Default: 60000. */
  readonly maxAgeMs?: number;
  /** Gives the history up; its promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What is known of the time before a release. */
export interface History {
  /** One a definition, in their order; undefined where nothing is known, or the metric has values only. */
  readonly histories: readonly (MetricHistory | undefined)[];
  /** One sentence each on what is missing, and why. */
  readonly notes: readonly string[];
}

// Prometheus gives no more than 11000 points a series.
const MOST_WINDOWS = 10_000;

/**
 * What the counters of two Deployments behind Istio did before a release that begins at `now`.
 *
 * A history makes an analysis more sensitive, but none needs it: whatever goes wrong only makes it undefined.
 *
 * @param now ms since 1970
 */
export async function observeHistory(
  source: RangeSource,
  definitions: readonly MetricDefinition[],
  versions: Versions,
  now: number,
  options: HistoryOptions,
): Promise<History> {
  return observeHistoryLabelled(source, definitions, istioLabels(versions), now, options);
}

/** As {@link observeHistory}, for versions that other labels tell apart. */
export async function observeHistoryLabelled(
  source: RangeSource,
  definitions: readonly MetricDefinition[],
  versions: LabelledVersions,
  now: number,
  { windowMs, windows = 120, maxAgeMs = 60_000, signal }: HistoryOptions,
): Promise<History> {
  const stepMs = Math.max(1000, Math.round(windowMs));
  const start = now - Math.min(MOST_WINDOWS, Math.max(1, Math.floor(windows))) * stepMs;
  const window = { start: now - stepMs, end: now, evaluatedAt: now };
  const fill = (template: string) => fillTemplate(template, window, [versions.baseline, versions.candidate]);
  const asking = new Map<string, Promise<Answer>>();
  const ask = (promql: string, labels: VersionLabels): Promise<Answer> => {
    const answer = asking.get(promql) ?? askRange(source, promql, labels, { start, end: now, stepMs, signal });
    asking.set(promql, answer);
    return answer;
  };
  const read = await Promise.all(
    definitions.map(async (definition): Promise<Past> => {
      if (definition.counts === undefined) return { notes: [] };
      const counts = fillCounts(definition.counts, fill);
      const freshness = definition.freshnessTemplate === undefined ? undefined : fill(definition.freshnessTemplate);
      const queries = counterQueries(counts, versions.baseline);
      if (freshness !== undefined) queries.push({ promql: freshness, labels: versions.baseline });
      const answers = new Map<string, RowsByTime>();
      for (const [promql, answer] of await Promise.all(
        queries.map(async ({ promql, labels }) => [promql, await ask(promql, labels)] as const),
      )) {
        if (answer.kind === "fault") return { notes: [answer.detail] };
        answers.set(promql, answer.rows);
      }
      return pastOf(definition.name, { counts, freshness, answers, versions, start, stepMs, now, maxAgeMs });
    }),
  );
  const notes = read.flatMap(({ notes }, i) => notes.map((note) => `${definitions[i]?.name}: ${note}.`));
  return { histories: read.map(({ history }) => history), notes: [...new Set(notes)] };
}

type RowsByTime = ReadonlyMap<number, readonly Row[]>;
type Answer =
  { readonly kind: "rows"; readonly rows: RowsByTime } | { readonly kind: "fault"; readonly detail: string };

async function askRange(
  source: RangeSource,
  promql: string,
  labels: VersionLabels,
  options: Parameters<RangeSource["queryRange"]>[1],
): Promise<Answer> {
  const result = await source.queryRange(promql, options);
  if (result.kind === "fault") return { kind: "fault", detail: `no history, ${result.detail}` };
  const firsts = result.series.map((series) => ({ labels: series.labels, value: 0, timestamp: 0 }));
  const fault = labelFault(firsts, labels);
  if (fault !== undefined) return { kind: "fault", detail: `no history, it cannot be read: ${fault}` };
  return { kind: "rows", rows: byTime(result.series) };
}

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
