import type { LabelledVersions, QueryResult, RangeOptions, RangeResult, Row } from "../../../adapters/prometheus";

export const NOW = 1_700_000_090_000;
export const VERSIONS: LabelledVersions = { baseline: { version: "v1" }, candidate: { version: "v2" } };

/** A number of each version; a version without a number has no row. */
export type Both = readonly [baseline: number | undefined, candidate: number | undefined];

export function row(version: string, value: number, extra: Row["labels"] = {}): Row {
  return { labels: { version, ...extra }, value, timestamp: NOW };
}

export function rows([baseline, candidate]: Both): Row[] {
  return [
    ...(baseline === undefined ? [] : [row("v1", baseline)]),
    ...(candidate === undefined ? [] : [row("v2", candidate)]),
    row("another", 7),
  ];
}

/** A version's buckets, by bound. */
export function buckets(version: string, counts: Readonly<Record<string, number>>): Row[] {
  return Object.entries(counts).map(([le, value]) => row(version, value, { le }));
}

export type Answers = Readonly<Record<string, readonly Row[] | QueryResult>>;

/** A source that answers by how the query begins, and remembers what it was asked. */
export function source(answers: Answers) {
  const asked: { promql: string; time?: number }[] = [];
  return {
    asked,
    query: (promql: string, options: { time?: number } = {}): Promise<QueryResult> => {
      asked.push({ promql, time: options.time });
      const key = Object.keys(answers).find((start) => promql.startsWith(start));
      const answer = answers[key ?? ""] ?? [];
      return Promise.resolve("kind" in answer ? answer : { kind: "vector", rows: answer });
    },
  };
}

/** Rows at a moment, by how the query begins. */
export type Past = (query: string, time: number) => readonly Row[] | undefined;

/** A source of ranges that works out each moment by itself. */
export function rangeSource(past: Past, fault?: (query: string) => RangeResult | undefined) {
  const asked: ({ promql: string } & RangeOptions)[] = [];
  return {
    asked,
    queryRange: (promql: string, options: RangeOptions): Promise<RangeResult> => {
      asked.push({ promql, ...options });
      const failed = fault?.(promql);
      if (failed !== undefined) return Promise.resolve(failed);
      const series = new Map<string, { labels: Row["labels"]; points: { time: number; value: number }[] }>();
      for (let time = options.start; time <= options.end; time += options.stepMs) {
        for (const { labels, value } of past(promql, time) ?? []) {
          const key = JSON.stringify(labels);
          const one = series.get(key) ?? { labels, points: [] };
          series.set(key, one);
          one.points.push({ time, value });
        }
      }
      return Promise.resolve({ kind: "matrix", series: [...series.values()] });
    },
  };
}
