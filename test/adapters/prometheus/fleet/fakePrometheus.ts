import assert from "node:assert/strict";
import type {
  MetricDefinition,
  QueryResult,
  RangeOptions,
  RangeResult,
  RangeSeries,
  Row,
} from "../../../../adapters/prometheus";

export const NOW = 1_700_000_000_000;

export interface Series {
  readonly name: string;
  readonly labels: Row["labels"];
  /** What a second of the window adds, or the value itself where a query has no window. */
  readonly value: number;
}

type Fault = Extract<QueryResult, { kind: "fault" }>;

interface FakeRow extends Row {
  readonly leaf: string;
}

/** What a whole query fails with because of one of its expressions. */
export type Fails = (leaf: string) => Fault | undefined;

export function fault(kind: Fault["fault"], detail: string): Fault {
  return { kind: "fault", fault: kind, detail };
}

/**
 * Evaluates the few kinds of queries that the tests' metrics are made of, and unions of them. Whatever it does not know
 * fails the test, so nothing but a union can be put around an expression.
 */
export function fakePrometheus(world: readonly Series[], fails: Fails = () => undefined) {
  const asked: string[] = [];
  const answer = (promql: string): readonly FakeRow[] | Fault => {
    asked.push(promql);
    const rows: FakeRow[] = [];
    for (const { leaf, marker } of leavesOf(promql)) {
      const failed = fails(leaf);
      if (failed !== undefined) return failed;
      for (const row of evaluate(world, leaf)) {
        const labels = marker === undefined ? row.labels : { ...row.labels, serin_group: marker };
        rows.push({ ...row, labels, leaf });
      }
    }
    return rows;
  };
  return {
    asked,
    query: (promql: string): Promise<QueryResult> => {
      const rows = answer(promql);
      if ("kind" in rows) return Promise.resolve(rows);
      return Promise.resolve({
        kind: "vector",
        rows: rows.map(({ labels, value, timestamp }) => ({ labels, value, timestamp })),
      });
    },
    queryRange: (promql: string, { start, end, stepMs }: RangeOptions): Promise<RangeResult> => {
      const rows = answer(promql);
      if ("kind" in rows) return Promise.resolve(rows);
      const series = rows.map(({ labels, value, leaf }): RangeSeries => {
        const points = [];
        for (let time = start; time <= end; time += stepMs) {
          // Counters grow; ages don't.
          points.push({ time, value: leaf.includes("age{") ? 1 : value * (1 + (time - start) / stepMs) });
        }
        return { labels, points };
      });
      return Promise.resolve({ kind: "matrix", series });
    },
  };
}

export interface Leaf {
  readonly leaf: string;
  /** Undefined for a query that is no union. */
  readonly marker?: string;
}

/** The expressions of a union, read as Prometheus reads brackets, strings and comments. */
export function leavesOf(promql: string): Leaf[] {
  if (promql.startsWith("(")) {
    const left = closeOf(promql, 1 + promql.slice(1).search(/\(/)) + 1;
    assert.equal(closeOf(promql, 0), promql.length - 1, `more than one pair of parentheses: ${promql}`);
    assert.equal(promql.slice(left, left + 4), " or ");
    return [...leavesOf(promql.slice(1, left)), ...leavesOf(promql.slice(left + 4, -1))];
  }
  const head = "label_replace(";
  if (!promql.startsWith(head)) return [{ leaf: promql }];
  const close = closeOf(promql, head.length);
  const marker = /^, "serin_group", "(\d+)", "", ""\)$/.exec(promql.slice(close + 1))?.[1];
  assert.ok(marker !== undefined, `no marker: ${promql.slice(close)}`);
  const leaf = promql.slice(head.length + 1, close);
  assert.ok(leaf.endsWith("\n"));
  return [{ leaf: leaf.slice(0, -1), marker }];
}

/** Where the bracket at this place is closed. */
function closeOf(text: string, open: number): number {
  let depth = 0;
  const token = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[^]/gy;
  token.lastIndex = open;
  for (;;) {
    const at = token.lastIndex;
    const found = token.exec(text)?.[0];
    assert.ok(found !== undefined, `never closed: ${text.slice(open)}`);
    if (found === "(") depth += 1;
    if (found === ")") depth -= 1;
    if (depth === 0) return at;
  }
}

const SELECTOR = String.raw`\w+\{(?:'(?:[^'\\]|\\.)*'|[^}'])*\}(?:\[\d+s\])?`;
const LEAF = new RegExp(`^sum\\((${SELECTOR})\\)(?: by \\(([^)]*)\\))?(?: / scalar\\(sum\\((${SELECTOR})\\)\\))?$`);

function evaluate(world: readonly Series[], leaf: string): Row[] {
  if (leaf === "vector(1)") return [{ labels: {}, value: 1, timestamp: NOW }];
  const [, selector, by = "", divisor] = LEAF.exec(leaf.replace(/ # of all$/, "")) ?? [];
  assert.ok(selector !== undefined, `no query of the tests: ${leaf}`);
  const names = by.split(",").map((name) => name.trim());
  const sums = new Map<string, { labels: Row["labels"]; sum: number }>();
  for (const { labels, value } of select(world, selector)) {
    const own = Object.fromEntries(names.flatMap((name) => (labels[name] ? [[name, labels[name]]] : [])));
    const key = JSON.stringify(own);
    sums.set(key, { labels: own, sum: (sums.get(key)?.sum ?? 0) + value });
  }
  const all = divisor === undefined ? 1 : select(world, divisor).reduce((sum, { value }) => sum + value, 0);
  return [...sums.values()].map(({ labels, sum }) => ({ labels, value: sum / all, timestamp: NOW }));
}

function select(world: readonly Series[], selector: string): Series[] {
  const [, name, inside = "", seconds = "1"] = /^(\w+)\{([^]*)\}(?:\[(\d+)s\])?$/.exec(selector) ?? [];
  const matchers = [...inside.matchAll(/(\w+)(=~?)'((?:[^'\\]|\\.)*)'(?:,|$)/g)].map(([, label, operator, text]) => {
    const literal = JSON.parse(`"${(text ?? "").replace(/\\'/g, "'").replace(/"/g, '\\"')}"`) as string;
    const pattern = new RegExp(`^(?:${literal})$`, "s");
    return ({ labels }: Series) => {
      const value = labels[label as string] ?? "";
      return operator === "=" ? value === literal : pattern.test(value);
    };
  });
  return world
    .filter((series) => series.name === name && matchers.every((matches) => matches(series)))
    .map((series) => ({ ...series, value: series.value * Number(seconds) }));
}

export const labelsOf = (workload: string, namespace: string): Row["labels"] => {
  return { destination_workload: workload, destination_workload_namespace: namespace };
};

const base = {
  sampleSizeTemplate: "sum(requests{$entity_selector}[$interval]) by ($entity_labels)",
  isCounter: false,
  absentValue: 0,
  unit: "",
};
const fresh = { ...base, freshnessTemplate: "sum(age{$entity_selector}) by ($entity_labels)" };
const errors = "sum(errors{$entity_selector}[$interval]) by ($entity_labels)";
const bucket = "sum(bucket{$entity_selector}) by ($entity_labels, le)";

/** Metrics of all kinds, good and bad, by what is special about them. */
export const METRICS = {
  errors: {
    ...fresh,
    name: "errors",
    queryTemplate: errors,
    counts: {
      kind: "ratio",
      total: "sum(requests{$entity_selector}) by ($entity_labels)",
      part: "sum(errors{$entity_selector}) by ($entity_labels)",
    },
  },
  percentile: {
    ...fresh,
    name: "percentile",
    queryTemplate: "sum(latency{$entity_selector}) by ($entity_labels)",
    counts: { kind: "percentile", buckets: bucket, quantile: 0.9 },
  },
  everybody: {
    ...base,
    name: "everybody",
    queryTemplate: "sum(errors{reporter='source'}[$interval]) by ($entity_labels)",
    sampleSizeTemplate: "sum(requests{reporter='source'}[$interval]) by ($entity_labels) # of all",
    counts: {
      kind: "mean",
      total: "sum(requests{reporter='source'}) by ($entity_labels)",
      part: "sum(latency{}) by ($entity_labels)",
    },
  },
  share: { ...base, name: "share", queryTemplate: `${errors} / scalar(sum(requests{$entity_selector}[$interval]))` },
  ungrouped: { ...base, name: "ungrouped", queryTemplate: "sum(errors{$entity_selector})" },
  overGrouped: {
    ...base,
    name: "overGrouped",
    queryTemplate: "sum(errors{$entity_selector}) by ($entity_labels, code)",
  },
  refused: { ...base, name: "refused", queryTemplate: "sum(broken{$entity_selector}[$interval]) by ($entity_labels)" },
  malformed: { ...base, name: "malformed", queryTemplate: "sum(twice{$entity_selector}) by ($entity_labels)" },
  open: { ...base, name: "open", queryTemplate: "sum(open{$entity_selector}) by ($entity_labels)) or (up" },
} satisfies Record<string, MetricDefinition>;

/** Fails as Prometheus would for the bad ones of {@link METRICS}. */
export const badMetrics: Fails = (leaf) => {
  if (leaf.includes("broken{")) return fault("refused", "it is broken");
  if (leaf.includes("twice{")) return fault("malformed", "two rows of the same labels");
  return leaf.includes("open{") ? fault("refused", "parse error") : undefined;
};

/** Series of all metrics for one workload. */
export function seriesOf(workload: string, namespace: string, seed: number): Series[] {
  const labels = { ...labelsOf(workload, namespace), reporter: "source" };
  return [
    { name: "requests", labels, value: 10 + seed },
    { name: "errors", labels: { ...labels, code: seed % 2 === 0 ? "500" : "" }, value: seed },
    { name: "latency", labels, value: 100 * seed },
    { name: "age", labels, value: 20 * seed },
    ...["5", "50", "+Inf"].map((le, i) => ({ name: "bucket", labels: { ...labels, le }, value: seed * i + i })),
  ];
}
