import assert from "node:assert/strict";
import type { Observation } from "../../../engine";
import {
  findMetrics,
  observe,
  observeLabelled,
  PrometheusClient,
  type MetricDefinition,
  type ObserveOptions,
  type QueryResult,
  type Row,
} from "../../../adapters/prometheus";
import { source, type Answers } from "./fakes";
import { send, startStub, vector } from "./stub";

const VERSIONS = { baseline: "reviews-v1", candidate: "reviews-v2", namespace: "shop" };
const [START, NOW] = [1_700_000_000_000, 1_700_000_090_000];

const METRIC: MetricDefinition = {
  name: "errors",
  queryTemplate: "errors[$interval] by ($entity_labels)",
  sampleSizeTemplate: "requests[$interval] by ($entity_labels)",
  isCounter: true,
  absentValue: 0,
  unit: "",
};
const FRESH: MetricDefinition = { ...METRIC, freshnessTemplate: "age by ($entity_labels)" };

function row(workload: string, value: number, extra: Row["labels"] = {}): Row {
  const labels = { destination_workload: workload, destination_workload_namespace: "shop", ...extra };
  return { labels, value, timestamp: NOW };
}

/** Rows of both versions; a version without a number has no row. */
function both(baseline: number | undefined, candidate: number | undefined): Row[] {
  return [
    ...(baseline === undefined ? [] : [row("reviews-v1", baseline)]),
    ...(candidate === undefined ? [] : [row("reviews-v2", candidate)]),
    row("unknown", 7, { destination_workload_namespace: "unknown" }),
    row("reviews-v2", 8, { destination_workload_namespace: "other" }),
  ];
}

async function seen(answers: Answers, metric: MetricDefinition = METRIC, options?: ObserveOptions) {
  return observe(source(answers), [metric], VERSIONS, START, NOW, options);
}

async function versions(answers: Answers, metric?: MetricDefinition) {
  const observation = await seen(answers, metric);
  assert.equal(observation.kind, "values");
  const [values] = observation.metrics;
  return [values?.baseline, values?.candidate];
}

function fault(observation: Observation): string {
  assert.equal(observation.kind, "unavailable");
  return `${observation.fault}: ${observation.detail}`;
}

describe("observation", () => {
  it("takes each version's own row", async () => {
    assert.deepEqual(await seen({ errors: both(1, 2), requests: both(100, 50) }), {
      kind: "values",
      metrics: [
        {
          metric: "errors",
          isCounter: true,
          unit: "",
          baseline: { value: 1, sampleSize: 100 },
          candidate: { value: 2, sampleSize: 50 },
        },
      ],
    });
  });

  it("asks each distinct query once, all at the same instant", async () => {
    const asked = source({ errors: both(1, 2), requests: both(100, 50), latency: both(10, 20), age: both(1, 1) });
    const latency = { ...FRESH, name: "latency", queryTemplate: "latency by ($entity_labels)", isCounter: false };
    const observation = await observe(asked, [FRESH, latency, FRESH], VERSIONS, START, NOW);
    assert.deepEqual(asked.asked, [
      { promql: "errors[90s] by (destination_workload,destination_workload_namespace)", time: NOW },
      { promql: "requests[90s] by (destination_workload,destination_workload_namespace)", time: NOW },
      { promql: "age by (destination_workload,destination_workload_namespace)", time: NOW },
      { promql: "latency by (destination_workload,destination_workload_namespace)", time: NOW },
    ]);
    assert.equal(observation.kind, "values");
    assert.deepEqual(
      observation.metrics.map((m) => [m.metric, m.candidate.value]),
      [
        ["errors", 2],
        ["latency", 20],
        ["errors", 2],
      ],
    );
  });

  it("asks nothing for no criteria", async () => {
    assert.deepEqual(await observe(source({}), [], VERSIONS, START, NOW), { kind: "values", metrics: [] });
  });

  it("knows versions by any labels", async () => {
    const rows = (value: number): Row[] => [{ labels: { version: "b" }, value, timestamp: NOW }];
    const labels = { baseline: { version: "a" }, candidate: { version: "b" } };
    const answers = source({ errors: rows(3), requests: rows(30) });
    const observation = await observeLabelled(answers, [METRIC], labels, START, NOW);
    assert.equal(observation.kind, "values");
    assert.deepEqual(observation.metrics[0]?.baseline, { value: null, sampleSize: 0 });
    assert.deepEqual(observation.metrics[0]?.candidate, { value: 3, sampleSize: 30 });
  });

  describe("without a number", () => {
    const none = { ...METRIC, absentValue: null };
    const cases: readonly (readonly [string, number | undefined, number | undefined, number | null, number | null])[] =
      [
        // what, value, sample size, seen with absent value 0, seen without an absent value
        ["no row, with traffic", undefined, 50, 0, null],
        ["NaN, with traffic", NaN, 50, 0, null],
        // Iter8 takes the absent value for these as well; see versionValue.
        ["no row, without traffic", undefined, undefined, null, null],
        ["no row, no sample", undefined, 0, null, null],
        ["no row, less than one sample", undefined, 0.9, null, null],
        ["NaN samples", undefined, NaN, null, null],
        ["infinite samples", undefined, Infinity, null, null],
        ["plus infinity, with traffic", Infinity, 50, null, null],
        ["minus infinity, with traffic", -Infinity, 50, null, null],
      ];
    for (const [name, value, sampleSize, withAbsent, without] of cases) {
      it(`${name}: ${withAbsent}, or ${without} without an absent value`, async () => {
        const answers = { errors: both(1, value), requests: both(100, sampleSize) };
        assert.deepEqual((await versions(answers))[1]?.value, withAbsent);
        assert.deepEqual((await versions(answers, none))[1]?.value, without);
        assert.deepEqual((await versions(answers))[0], { value: 1, sampleSize: 100 });
      });
    }
    it("counts no samples that are none", async () => {
      for (const sampleSize of [undefined, NaN, Infinity, -1]) {
        assert.equal((await versions({ errors: both(1, 1), requests: both(1, sampleSize) }))[1]?.sampleSize, 0);
      }
    });
  });

  describe("that cannot be had", () => {
    const unreachable: QueryResult = { kind: "fault", fault: "unreachable", detail: "Nobody answers" };
    const refused: QueryResult = { kind: "fault", fault: "refused", detail: "Parse error" };
    it("is unavailable as soon as one query fails", async () => {
      const observation = await seen({ errors: both(1, 2), requests: unreachable });
      assert.deepEqual(observation, { kind: "unavailable", fault: "unreachable", detail: "Nobody answers." });
    });
    it("tells the first fault", async () => {
      assert.equal(fault(await seen({ errors: refused, requests: unreachable })), "refused: Parse error.");
    });
    it("refuses rows that are grouped by more than the version", async () => {
      const rows = [row("reviews-v2", 3, { response_code: "500" })];
      assert.equal(
        fault(await seen({ errors: rows, requests: both(1, 1) })),
        "malformed: metric errors cannot be read: its rows have the label response_code, beyond destination_workload, destination_workload_namespace.",
      );
    });
    it("refuses rows that are not grouped by version: no errors of the candidate would ever show", async () => {
      const rows: Row[] = [{ labels: {}, value: 3, timestamp: NOW }];
      assert.match(fault(await seen({ errors: rows, requests: both(1, 1) })), /lack some of the labels/);
    });
    it("ignores a row without labels beside others: series that lack them", async () => {
      const rows: Row[] = [...both(1, 2), { labels: {}, value: 3, timestamp: NOW }];
      assert.equal((await versions({ errors: rows, requests: both(1, 1) }))[1]?.value, 2);
    });
  });

  describe("of old data", () => {
    const traffic = { errors: both(1, 2), requests: both(100, 50) };
    const noTraffic = { errors: both(undefined, undefined), requests: both(undefined, undefined) };
    const age = (baseline: number | undefined, candidate: number | undefined) => ({ age: both(baseline, candidate) });

    const cases: readonly (readonly [string, Answers, RegExp | undefined])[] = [
      ["young samples", { ...traffic, ...age(1, 1) }, undefined],
      ["samples as old as allowed", { ...traffic, ...age(60, 61) }, undefined],
      ["old samples", { ...traffic, ...age(95, 300) }, /^stale: the newest sample in Prometheus is 1m35s old \(1m at/],
      ["old samples and no traffic since the start", { ...noTraffic, ...age(95, 95) }, /^stale: .* 1m35s old/],
      ["one version's samples young", { ...traffic, ...age(1, 200) }, undefined],
      ["one version's samples gone", { ...traffic, ...age(1, undefined) }, undefined],
      ["one version's samples old, the other's gone", { ...traffic, ...age(undefined, 200) }, /^stale: .* 3m20s old/],
      ["no sample, but traffic before", { ...traffic, ...age(undefined, undefined) }, /^stale: .*no current sample/],
      ["no sample and no traffic yet", { ...noTraffic, ...age(undefined, undefined) }, undefined],
      ["an age that is no number", { ...traffic, ...age(NaN, NaN) }, /^stale: .*no current sample/],
      [
        "an age that cannot be had",
        { ...traffic, age: { kind: "fault", fault: "timeout", detail: "Slow" } },
        /^timeout: Slow/,
      ],
    ];
    for (const [name, answers, expected] of cases) {
      it(`${name}: ${expected === undefined ? "of use" : String(expected).slice(2, 7)}`, async () => {
        const observation = await seen(answers, FRESH);
        if (expected === undefined) assert.equal(observation.kind, "values");
        else assert.match(fault(observation), expected);
      });
    }
    it("uses the age that is allowed", async () => {
      const answers = { ...traffic, ...age(5, 5) };
      assert.equal((await seen(answers, FRESH, { maxAgeMs: 5000 })).kind, "values");
      assert.match(fault(await seen(answers, FRESH, { maxAgeMs: 4999 })), /^stale/);
    });
    it("goes unnoticed by a metric that does not ask", async () => {
      assert.equal((await seen({ ...traffic, ...age(999, 999) })).kind, "values");
    });
  });

  it("reads the built-in metrics over HTTP", async () => {
    const labels = (workload: string) => ({
      destination_workload: workload,
      destination_workload_namespace: "shop",
    });
    const stub = await startStub((response, _, url) => {
      const promql = url.searchParams.get("query") ?? "";
      assert.match(promql, /destination_workload=~'reviews-v1\|reviews-v2',destination_workload_namespace='shop'/);
      const value = promql.startsWith("time()") ? "3" : promql.includes("duration") ? "NaN" : "20";
      send(response, vector([labels("reviews-v1"), value], [labels("reviews-v2"), value]));
    });
    try {
      const client = new PrometheusClient({ baseURL: stub.url });
      const definitions = findMetrics(["iter8_latency", "iter8_error_rate"], undefined);
      const observation = await observe(client, definitions, VERSIONS, START, NOW);
      assert.equal(observation.kind, "values");
      assert.deepEqual(
        observation.metrics.map((m) => [m.metric, m.unit, m.candidate]),
        [
          ["iter8_latency", "ms", { value: null, sampleSize: 20 }],
          ["iter8_error_rate", "", { value: 20, sampleSize: 20 }],
        ],
      );
      assert.equal(stub.requests.length, 4);
      assert.ok(stub.requests.every(({ url }) => url.searchParams.get("time") === `${NOW / 1000}`));
    } finally {
      await stub.close();
    }
  });
});
