import assert from "node:assert/strict";
import fc from "fast-check";
import type { MetricCounts, MetricsObservation } from "../../../engine";
import {
  defaultMetrics,
  observe,
  observeLabelled,
  type MetricDefinition,
  type QueryResult,
  type Row,
} from "../../../adapters/prometheus";
import { buckets, NOW, row, rows, source, VERSIONS, type Answers, type Both } from "./fakes";

const common = {
  queryTemplate: "value by ($entity_labels)",
  sampleSizeTemplate: "samples by ($entity_labels)",
  freshnessTemplate: "age by ($entity_labels)",
  isCounter: false,
  absentValue: 0,
  unit: "",
};
const sums = { total: "total by ($entity_labels)", part: "part by ($entity_labels)" };
const RATIO: MetricDefinition = { ...common, name: "ratio", counts: { kind: "ratio", ...sums } };
const MEAN: MetricDefinition = { ...common, name: "mean", counts: { kind: "mean", ...sums } };
const PERCENTILE: MetricDefinition = {
  ...common,
  name: "p90",
  counts: { kind: "percentile", buckets: "buckets by ($entity_labels, le)", quantile: 0.9 },
};

const START = NOW - 90_000;
const busy: Answers = { value: rows([1, 1]), samples: rows([100, 50]), age: rows([1.5, 0.75]) };

function ask(answers: Answers, definition: MetricDefinition): Promise<MetricsObservation> {
  return observeLabelled(source({ ...busy, ...answers }), [definition], VERSIONS, START, NOW, { counts: true });
}

async function counted(answers: Answers, definition: MetricDefinition): Promise<MetricCounts | undefined> {
  const observation = await ask(answers, definition);
  assert.equal(observation.kind, "values", "detail" in observation ? observation.detail : "");
  return observation.metrics[0]?.counts;
}

async function fault(answers: Answers, definition: MetricDefinition): Promise<string> {
  const observation = await ask(answers, definition);
  assert.equal(observation.kind, "unavailable");
  return `${observation.fault}: ${observation.detail}`;
}

describe("counts", () => {
  it("of a ratio are requests and events, as of the newest sample", async () => {
    assert.deepEqual(await counted({ total: rows([1000, 10]), part: rows([3, undefined]) }, RATIO), {
      kind: "ratio",
      at: NOW - 750,
      baseline: { requests: 1000, events: 3, sum: 0 },
      candidate: { requests: 10, events: 0, sum: 0 },
    });
  });
  it("of a mean are requests and their sum", async () => {
    assert.deepEqual(await counted({ total: rows([4, 2]), part: rows([400.5, 100]) }, MEAN), {
      kind: "mean",
      at: NOW - 750,
      baseline: { requests: 4, events: 0, sum: 400.5 },
      candidate: { requests: 2, events: 0, sum: 100 },
    });
  });
  it("of a percentile are its histogram, bounds rising", async () => {
    const answer = [
      ...buckets("v1", { "+Inf": 9, "100": 5, "2.5": 1, "1000.0": 8 }),
      ...buckets("v2", { "1000": 3, "+Inf": 3, "100": 2, "2.5": 0 }),
      ...buckets("another", { "7": 1, "+Inf": 2 }),
    ];
    assert.deepEqual(await counted({ buckets: answer }, PERCENTILE), {
      kind: "percentile",
      at: NOW - 750,
      quantile: 0.9,
      bounds: [2.5, 100, 1000],
      baseline: { requests: 9, events: 0, sum: 0, buckets: [1, 5, 8] },
      candidate: { requests: 3, events: 0, sum: 0, buckets: [0, 2, 3] },
    });
  });
  it("of a percentile leave out bounds that one of the versions lacks: nobody knows its count there", async () => {
    const answer = [
      ...buckets("v1", { "100": 5, "300": 6, "500": 7, "+Inf": 9 }),
      ...buckets("v2", { "100": 2, "250": 2, "500": 3, "+Inf": 3 }),
    ];
    const { bounds, baseline, candidate } = (await counted({ buckets: answer }, PERCENTILE)) ?? {};
    assert.deepEqual(
      [bounds, baseline?.buckets, candidate?.buckets],
      [
        [100, 500],
        [5, 7],
        [2, 3],
      ],
    );
  });
  it("are as of now where no sample's age is known", async () => {
    const answers = { total: rows([1, 1]), part: rows([0, 0]) };
    assert.equal((await counted(answers, { ...RATIO, freshnessTemplate: undefined }))?.at, NOW);
    assert.equal((await counted({ ...answers, age: rows([-3, NaN]) }, RATIO))?.at, NOW);
  });
  it("are the same sample whenever it is seen", async () => {
    const answers = source({ ...busy, total: rows([1, 1]), part: rows([0, 0]) });
    const at = async (now: number, age: number) => {
      const query = (promql: string) =>
        promql.startsWith("age")
          ? Promise.resolve<QueryResult>({ kind: "vector", rows: [row("v1", age)] })
          : answers.query(promql);
      const seen = await observeLabelled({ query }, [RATIO], VERSIONS, START, now, { counts: true });
      return seen.kind === "values" ? seen.metrics[0]?.counts?.at : undefined;
    };
    assert.equal(await at(NOW + 123, 1.1230001), await at(NOW + 777, 1.7769999));
  });
  it("pass events that exceed the requests on: whoever counts has to leave them out", async () => {
    assert.equal((await counted({ total: rows([1, 1]), part: rows([2, 0]) }, RATIO))?.baseline.events, 2);
  });

  describe("of a version without a row", () => {
    const nothing = { requests: 0, events: 0, sum: 0 };
    it("are zero before its first request", async () => {
      const answers = { samples: rows([100, undefined]), total: rows([1000, undefined]), part: rows([3, undefined]) };
      assert.deepEqual((await counted(answers, RATIO))?.candidate, nothing);
      assert.deepEqual((await counted(answers, MEAN))?.candidate, nothing);
      const histogram = { samples: rows([9, undefined]), buckets: buckets("v1", { "100": 5, "+Inf": 9 }) };
      const counts = await counted(histogram, PERCENTILE);
      assert.deepEqual([counts?.bounds, counts?.candidate], [[100], { ...nothing, buckets: [0] }]);
    });
    it("are zero where neither has had a request", async () => {
      const none: Answers = { samples: [], age: [], total: [], part: [], buckets: [] };
      assert.deepEqual((await counted(none, RATIO))?.baseline, nothing);
      const { bounds, candidate } = (await counted(none, PERCENTILE)) ?? {};
      assert.deepEqual([bounds, candidate], [[], { ...nothing, buckets: [] }]);
    });
    it("are unknown while the series of one that had requests are gone: later all would look new", async () => {
      assert.equal(await counted({ total: rows([1000, undefined]), part: rows([3, undefined]) }, RATIO), undefined);
      assert.equal(await counted({ total: [], part: [] }, RATIO), undefined);
      assert.equal(await counted({ buckets: buckets("v2", { "+Inf": 3 }) }, PERCENTILE), undefined);
    });
  });

  describe("that cannot be read", () => {
    const cases: readonly (readonly [string, MetricDefinition, Answers, RegExp])[] = [
      ["a total that is NaN", RATIO, { total: rows([NaN, 1]) }, /metric ratio cannot be counted: .*requests is NaN\.$/],
      ["a total below 0", RATIO, { total: rows([1, -1]) }, /requests is -1/],
      ["events without end", RATIO, { total: rows([1, 1]), part: rows([1, Infinity]) }, /events is Infinity/],
      ["a sum that is NaN", MEAN, { total: rows([1, 1]), part: rows([1, NaN]) }, /sum of its values is NaN/],
      ["a sum that is missing", MEAN, { total: rows([1, 1]), part: rows([1, undefined]) }, /but no sum/],
      ["no label le", PERCENTILE, { buckets: rows([1, 1]) }, /metric p90 cannot be read: .*lack some of the labels/],
      ["a label beyond le", PERCENTILE, { buckets: [row("v1", 1, { le: "1", pod: "a" })] }, /label pod, beyond/],
      ["le elsewhere", RATIO, { total: [row("v1", 1, { le: "1" })] }, /label le, beyond version/],
      ["no number as bound", PERCENTILE, { buckets: buckets("v1", { x: 1, "+Inf": 1 }) }, /bound 'x'/],
      ["an empty bound", PERCENTILE, { buckets: buckets("v1", { "": 1, "+Inf": 1 }) }, /bound ''/],
      ["no bucket +Inf", PERCENTILE, { buckets: buckets("v1", { "1": 1 }) }, /lack the bucket \+Inf/],
      [
        "a bucket of NaN",
        PERCENTILE,
        { buckets: buckets("v2", { "1": NaN, "+Inf": 1 }) },
        /bucket 1 has the count NaN/,
      ],
      [
        "buckets that fall",
        PERCENTILE,
        { buckets: buckets("v1", { "1": 5, "2": 3, "+Inf": 9 }) },
        /bucket 2 counts less than the one before it/,
      ],
    ];
    for (const [name, definition, answers, text] of cases) {
      it(`${name}: malformed`, async () => {
        const seen = await fault(answers, definition);
        assert.match(seen, /^malformed: metric /);
        assert.match(seen, text);
      });
    }
    it("a query that fails: its fault", async () => {
      const refused: QueryResult = { kind: "fault", fault: "refused", detail: "Parse error" };
      assert.equal(await fault({ part: refused }, RATIO), "refused: Parse error.");
    });
  });

  it("are not asked for, and not given, unless wanted", async () => {
    const asked = source({ ...busy, total: rows([1, 1]) });
    const observation = await observeLabelled(asked, [RATIO, PERCENTILE], VERSIONS, START, NOW);
    assert.deepEqual(
      asked.asked.map(({ promql }) => promql.split(" ")[0]),
      ["value", "samples", "age"],
    );
    assert.ok(observation.kind === "values" && observation.metrics.every((metric) => !("counts" in metric)));
  });
  it("of all built-in metrics take few queries, each asked once, at one instant, of both versions", async () => {
    const asked = source({});
    const versions = { baseline: "v1", candidate: "it's", namespace: "shop" };
    await observe(asked, [...defaultMetrics, ...defaultMetrics], versions, START, NOW, { counts: true });
    const queries = asked.asked.map(({ promql }) => promql);
    assert.equal(new Set(queries).size, queries.length);
    const counters = queries.filter((promql) => promql.includes("last_over_time"));
    assert.deepEqual([queries.length, counters.length], [12, 5]);
    assert.ok(asked.asked.every(({ time }) => time === NOW));
    for (const promql of counters) {
      assert.ok(promql.includes(String.raw`destination_workload=~'v1|it\'s'`), promql);
      assert.ok(!/increase|rate\(/.test(promql), promql);
    }
  });

  describe("whatever comes", () => {
    const number = fc.oneof(fc.nat(1000), fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -1, 0));
    const two: fc.Arbitrary<Both> = fc.tuple(
      fc.option(number, { nil: undefined }),
      fc.option(number, { nil: undefined }),
    );
    const histogram = fc
      .array(fc.tuple(fc.constantFrom("v1", "v2"), fc.constantFrom("1", "2.5", "10", "+Inf", "x"), number))
      .map((all): Row[] => [
        ...new Map(all.map(([version, le, value]) => [version + le, row(version, value, { le })])).values(),
      ]);
    const answers = fc
      .record({ samples: two, age: two, total: two, part: two, buckets: histogram })
      .map((seen): Answers => {
        const { buckets: bounds, ...others } = seen;
        return {
          ...Object.fromEntries(Object.entries(others).map(([key, value]) => [key, rows(value)])),
          buckets: bounds,
        };
      });
    it("have no number that is none", async () => {
      const check = fc.asyncProperty(answers, fc.constantFrom(RATIO, MEAN, PERCENTILE), async (given, definition) => {
        const seen = await ask(given, definition);
        if (seen.kind === "unavailable") return;
        const counts = seen.metrics[0]?.counts;
        const numbers = [counts?.baseline, counts?.candidate].flatMap((totals) =>
          totals === undefined ? [] : [totals.requests, totals.events, totals.sum, ...(totals.buckets ?? [])],
        );
        assert.ok([...numbers, ...(counts?.bounds ?? []), counts?.at ?? 0].every(Number.isFinite));
        assert.equal(counts?.baseline.buckets?.length, counts?.bounds?.length);
      });
      await fc.assert(check, { numRuns: 300 });
    });
    it("do not depend on the order of the rows", async () => {
      const shuffled = answers.chain((given) =>
        fc.tuple(
          fc.constant(given),
          fc.record(
            Object.fromEntries(
              Object.entries(given).map(([key, all]) => {
                const listed = all as Row[];
                return [key, fc.shuffledSubarray(listed, { minLength: listed.length })];
              }),
            ),
          ),
        ),
      );
      const check = fc.asyncProperty(shuffled, fc.constantFrom(RATIO, MEAN, PERCENTILE), async ([a, b], definition) => {
        const [one, other] = [await ask(a, definition), await ask(b, definition)];
        if (one.kind === "values") assert.deepEqual(other, one);
        else assert.equal(other.kind === "unavailable" && other.fault, one.fault);
      });
      await fc.assert(check, { numRuns: 200 });
    });
  });
});
