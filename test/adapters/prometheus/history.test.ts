import assert from "node:assert/strict";
import {
  defaultMetrics,
  observeHistory,
  observeHistoryLabelled,
  type HistoryOptions,
  type MetricDefinition,
  type RangeResult,
} from "../../../adapters/prometheus";
import { buckets, NOW, rangeSource, row, rows, VERSIONS, type Past } from "./fakes";

const common = {
  queryTemplate: "value",
  sampleSizeTemplate: "samples",
  isCounter: false,
  absentValue: 0,
  unit: "",
};
const RATIO: MetricDefinition = {
  ...common,
  name: "ratio",
  freshnessTemplate: "age by ($entity_labels)",
  counts: { kind: "ratio", total: "total by ($entity_labels)", part: "part by ($entity_labels)" },
};
const P90: MetricDefinition = {
  ...RATIO,
  name: "p90",
  counts: { kind: "percentile", buckets: "buckets by ($entity_labels, le)", quantile: 0.9 },
};

/** Ten requests a second of the baseline, one of a hundred an event; a sample each 5 s, the last one 2 s ago. */
const sampledAt = (time: number) => NOW - 2000 - 5000 * Math.ceil((NOW - 2000 - time) / 5000);
const count = (time: number) => 1e6 + (sampledAt(time) - NOW) / 100;
const steady: Past = (query, time) => {
  if (query.startsWith("total")) return rows([count(time), undefined]);
  if (query.startsWith("part")) return rows([Math.floor(count(time) / 100), undefined]);
  if (query.startsWith("age")) return rows([(time - sampledAt(time)) / 1000, undefined]);
  if (query.startsWith("buckets")) return buckets("v1", { "+Inf": count(time), "100": count(time) / 2, "5": 0 });
  return undefined;
};

function ask(
  past: Past,
  definitions = [RATIO],
  options: Partial<HistoryOptions> = {},
  broken?: (q: string) => RangeResult | undefined,
) {
  const asked = rangeSource(past, broken);
  const history = observeHistoryLabelled(asked, definitions, VERSIONS, NOW, {
    windowMs: 10_000,
    windows: 12,
    ...options,
  });
  return { asked, history };
}

describe("history", () => {
  it("is what the baseline did in each window, and where the counters stand", async () => {
    const { histories, notes } = await ask(steady).history;
    assert.deepEqual(notes, []);
    assert.deepEqual(histories, [
      {
        metric: "ratio",
        kind: "ratio",
        windowMs: 10_000,
        windows: Array.from({ length: 12 }, () => ({ requests: 100, events: 1, sum: 0 })),
        counts: {
          kind: "ratio",
          at: NOW - 2000,
          baseline: { requests: count(NOW), events: Math.floor(count(NOW) / 100), sum: 0 },
          candidate: { requests: 0, events: 0, sum: 0 },
        },
      },
    ]);
  });
  it("of a percentile has its bounds and buckets", async () => {
    const [history] = (await ask(steady, [P90]).history).histories;
    assert.deepEqual([history?.quantile, history?.bounds, history?.counts?.bounds], [0.9, [5, 100], [5, 100]]);
    assert.deepEqual(history?.windows[0], { requests: 100, events: 0, sum: 0, buckets: [0, 50] });
    assert.deepEqual(history.counts?.candidate.buckets, [0, 0]);
  });
  it("asks each query once, over the same moments, the last of which is now", async () => {
    const { asked, history } = ask(steady, [RATIO, P90, RATIO]);
    assert.equal((await history).histories.length, 3);
    assert.deepEqual(
      asked.asked.map(({ promql }) => promql),
      ["total by (version)", "part by (version)", "age by (version)", "buckets by (version, le)"],
    );
    for (const { start, end, stepMs } of asked.asked) {
      assert.deepEqual([start, end, stepMs], [NOW - 120_000, NOW, 10_000]);
    }
  });
  it("keeps windows and their number within what Prometheus gives", async () => {
    const { asked, history } = ask(() => [], [RATIO], { windowMs: 1, windows: 1e9 });
    await history;
    const [first] = asked.asked;
    assert.deepEqual([first?.stepMs, first?.start], [1000, NOW - 10_000_000]);
  });
  it("looks back 120 windows unless told otherwise", async () => {
    const { asked, history } = ask(steady, [RATIO], { windows: undefined });
    assert.equal((await history).histories[0]?.windows.length, 120);
    assert.equal(asked.asked[0]?.start, NOW - 1_200_000);
  });
  it("of metrics without counts is nothing, and asks nothing", async () => {
    const { asked, history } = ask(steady, [{ ...RATIO, counts: undefined }]);
    assert.deepEqual(await history, { histories: [undefined], notes: [] });
    assert.equal(asked.asked.length, 0);
  });
  it("counts a candidate of an earlier release from where it stands", async () => {
    const past: Past = (query, time) =>
      steady(query, time)?.concat(
        query.startsWith("total") ? [row("v2", 70)] : query.startsWith("part") ? [row("v2", 6)] : [],
      );
    const [history] = (await ask(past).history).histories;
    assert.deepEqual(history?.counts?.candidate, { requests: 70, events: 6, sum: 0 });
  });
  it("knows a server that answers for moments of its own", async () => {
    // Some evaluate at multiples of the step.
    const late: Past = (query, time) => (time % 10_000 === 0 ? steady(query, time) : undefined);
    const source = rangeSource(late);
    const aligned = {
      queryRange: (promql: string, options: Parameters<typeof source.queryRange>[1]) =>
        source.queryRange(promql, { ...options, start: options.start - 4000, end: options.end - 4000 }),
    };
    const { histories, notes } = await observeHistoryLabelled(aligned, [RATIO], VERSIONS, NOW + 4000, {
      windowMs: 10_000,
      windows: 12,
    });
    assert.deepEqual([notes, histories[0]?.windows.length, histories[0]?.counts?.at], [[], 12, NOW - 2000]);
  });

  describe("that cannot be had is none, with a note", () => {
    const fault: RangeResult = { kind: "fault", fault: "timeout", detail: "Prometheus does not answer in time" };
    const cases: readonly (readonly [string, Past, RegExp])[] = [
      ["no requests ever", () => [], /^ratio: no history, neither version has had requests\.$/],
      ["only others' rows", (query, time) => steady(query, time)?.slice(1), /the baseline had no requests/],
      ["labels beyond", () => [row("v1", 1, { pod: "a" })], /^ratio: no history, it cannot be read: .*label pod/],
      ["NaN", (query) => (query.startsWith("age") ? rows([1, 1]) : rows([NaN, NaN])), /number of requests is NaN/],
    ];
    for (const [name, past, note] of cases) {
      it(name, async () => {
        const { histories, notes } = await ask(past).history;
        assert.match(notes.join(" "), note);
        assert.deepEqual(histories[0]?.windows ?? [], []);
      });
    }
    it("a query that fails; the other metrics have theirs", async () => {
      const broken = (query: string) => (query.startsWith("buckets") ? fault : undefined);
      const { histories, notes } = await ask(steady, [P90, RATIO, P90], {}, broken).history;
      assert.deepEqual(
        histories.map((history) => history?.windows.length),
        [undefined, 12, undefined],
      );
      assert.deepEqual(notes, ["p90: no history, Prometheus does not answer in time."]);
    });
    it("windows that are far shorter than the scrapes are apart; the counts are had", async () => {
      const { histories, notes } = await ask(steady, [RATIO], { windowMs: 1000, windows: 12 }).history;
      assert.equal(histories[0]?.counts?.at, NOW - 2000);
      assert.deepEqual(notes, ["ratio: no history, its samples are too far apart for windows of 1s."]);
    });
    it("counts from an old sample; the windows are had", async () => {
      const { histories, notes } = await ask(steady, [RATIO], { maxAgeMs: 1000 }).history;
      assert.deepEqual([histories[0]?.windows.length, histories[0]?.counts], [12, undefined]);
      assert.match(notes.join(), /^ratio: what the release counts from is not known, the newest sample .* is 2s old/);
    });
    it("counts of series that have gone", async () => {
      const gone: Past = (query, time) => (time > NOW - 60_000 ? [] : steady(query, time));
      const { histories, notes } = await ask(gone).history;
      assert.equal(histories[0]?.counts, undefined);
      assert.match(notes.join(), /the counters have gone/);
      const one: Past = (query, time) =>
        query.startsWith("age") || time <= NOW - 60_000 ? steady(query, time) : rows([undefined, 5]);
      assert.match((await ask(one).history).notes.join(), /the counters of a version have gone/);
    });
  });

  it("of the built-in metrics asks for two Deployments", async () => {
    const asked = rangeSource(() => []);
    const versions = { baseline: "a", candidate: "b", namespace: "shop" };
    const { histories } = await observeHistory(asked, defaultMetrics, versions, NOW, { windowMs: 10_000 });
    assert.deepEqual(
      histories,
      defaultMetrics.map(() => undefined),
    );
    assert.equal(asked.asked.length, 6);
    assert.ok(asked.asked.every(({ promql }) => promql.includes("destination_workload=~'a|b'")));
  });
});
