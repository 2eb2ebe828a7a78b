import assert from "node:assert/strict";
import fc from "fast-check";
import {
  defaultMetrics,
  observe,
  observeFleet,
  observeFleetHistory,
  observeHistory,
  Suspects,
  type FleetHistoryRequest,
  type FleetRequest,
  type QuerySource,
  type RangeSource,
} from "../../../../adapters/prometheus";
import { badMetrics, fakePrometheus, leavesOf, METRICS, NOW, seriesOf, type Series } from "./fakePrometheus";

const AWKWARD = [
  "a'} or vector(1) # |b",
  "x.y",
  "x|y",
  "(c)*",
  "new\nline",
  'q"{}',
  "back\\slash",
  "n or m",
  "$1 `tick",
];
const NAMES = ["v1", "v2", "v3", "v4", ...AWKWARD];
const SPACES = ["shop", "bank", "x'y"];

/** Not everybody has series, and some have them in one namespace only. */
const WORLD: Series[] = SPACES.flatMap((space, s) =>
  NAMES.flatMap((name, n) => ((s + n) % 4 === 3 ? [] : seriesOf(name, space, (s + 2 * n) % 5))),
);

function alone(source: QuerySource, { definitions, versions, startedAt, maxAgeMs, counts }: FleetRequest) {
  return observe(source, definitions, versions, startedAt, NOW, { maxAgeMs, counts });
}

async function assertSame(requests: readonly FleetRequest[], fails = badMetrics): Promise<void> {
  const expected = await Promise.all(requests.map((request) => alone(fakePrometheus(WORLD, fails), request)));
  assert.deepEqual(await observeFleet(fakePrometheus(WORLD, fails), requests, NOW), expected);
}

const SOUND = Object.values(METRICS).filter(({ name }) => !["refused", "malformed", "open"].includes(name));
const anyVersions = fc.record({
  baseline: fc.constantFrom(...NAMES),
  candidate: fc.constantFrom(...NAMES),
  namespace: fc.constantFrom(...SPACES),
});
const anyRequest = (metrics: readonly (typeof METRICS)[keyof typeof METRICS][]) =>
  fc.record({
    definitions: fc.array(fc.constantFrom(...metrics), { maxLength: 3 }),
    versions: anyVersions,
    startedAt: fc.constantFrom(NOW - 90_000, NOW - 90_500, NOW - 10_000, NOW + 5000),
    maxAgeMs: fc.constantFrom(30_000, 60_000, undefined),
    counts: fc.boolean(),
  });

const request = (definitions: FleetRequest["definitions"], i = 1, startedAt = NOW - 90_000): FleetRequest => {
  return { definitions, versions: { baseline: `a${i}`, candidate: `b${i}`, namespace: `ns${i}` }, startedAt };
};

describe("observation of a fleet", () => {
  it("is that of each release", async () => {
    const requests = fc.array(anyRequest(SOUND), { maxLength: 12 });
    await fc.assert(fc.asyncProperty(requests, (all) => assertSame(all)));
  });
  it("is that of each release beside templates that fail", async () => {
    const requests = fc.array(anyRequest(Object.values(METRICS)), { maxLength: 6 });
    await fc.assert(fc.asyncProperty(requests, (all) => assertSame(all)));
  });
  it("sees numbers, so that the properties say something", async () => {
    const one = { ...request([METRICS.errors]), versions: { baseline: "v1", candidate: "v2", namespace: "shop" } };
    const [seen] = await observeFleet(fakePrometheus(WORLD), [one], NOW);
    assert.equal(seen?.kind, "values");
    assert.deepEqual(seen.metrics[0]?.candidate, { value: 180, sampleSize: 1080 });
  });

  it("takes one query for all", async () => {
    const source = fakePrometheus([]);
    await observeFleet(
      source,
      Array.from({ length: 50 }, (_, i) => request([METRICS.errors, METRICS.percentile], i, NOW - 1000 * (i % 2))),
      NOW,
    );
    assert.equal(source.asked.length, 1);
    // errors, requests and their percentile, of which the first two have a window, and there are two windows; the age
    assert.equal(leavesOf(source.asked[0] ?? "").length, 1 + 1 + 1 + 1);
  });
  it("asks for the versions of all who ask the same", async () => {
    const source = fakePrometheus([]);
    await observeFleet(
      source,
      [1, 2].map((i) => request([METRICS.errors], i)),
      NOW,
    );
    assert.deepEqual(leavesOf(source.asked[0] ?? "")[0], {
      leaf: "sum(errors{destination_workload=~'a1|b1|a2|b2',destination_workload_namespace=~'ns1|ns2'}[90s]) by (destination_workload,destination_workload_namespace)",
      marker: "0",
    });
  });
  it("asks for everybody once, and for a release by itself where others would change what is said of it", async () => {
    const leaves = async (metric: FleetRequest["definitions"][number]) => {
      const source = fakePrometheus([]);
      await observeFleet(
        source,
        [1, 2, 3].map((i) => request([metric], i)),
        NOW,
      );
      return leavesOf(source.asked[0] ?? "").length;
    };
    assert.equal(await leaves(METRICS.everybody), 2);
    assert.equal(await leaves(METRICS.share), 4);
  });
  it("asks nothing for nobody, or for no criteria", async () => {
    const source = fakePrometheus([]);
    assert.deepEqual(await observeFleet(source, [], NOW), []);
    assert.deepEqual(await observeFleet(source, [request([])], NOW), [{ kind: "values", metrics: [] }]);
    assert.equal(source.asked.length, 0);
  });
  it("keeps queries within 500 expressions", async () => {
    const source = fakePrometheus([]);
    const requests = Array.from({ length: 600 }, (_, i) => request([METRICS.share], 1, NOW - 1000 * (i + 1)));
    await observeFleet(source, requests, NOW);
    assert.deepEqual(
      source.asked.map((promql) => leavesOf(promql).length),
      [500, 500, 200],
    );
  });
  it("keeps queries within 256 kB", async () => {
    const source = fakePrometheus([]);
    const long = "n".repeat(250);
    const requests = Array.from({ length: 2000 }, (_, i) => {
      return { ...request([METRICS.errors]), versions: { baseline: `${long}${i}`, candidate: "b", namespace: "ns" } };
    });
    await observeFleet(source, requests, NOW);
    assert.ok(source.asked.length > 4);
    assert.ok(source.asked.every((promql) => promql.length <= 256 * 1024));
  });
  it("is given up with the signal", async () => {
    const reason = new Error("over");
    const source: QuerySource = { query: (_, options) => Promise.reject(options?.signal?.reason as Error) };
    const signal = AbortSignal.abort(reason);
    await assert.rejects(observeFleet(source, [request([METRICS.errors])], NOW, { signal }), reason);
  });
  it("puts the built-in metrics together for all releases", async () => {
    const asked: string[] = [];
    const query: QuerySource["query"] = (promql) => {
      asked.push(promql);
      return Promise.resolve({ kind: "vector", rows: [] });
    };
    const requests = [1, 2, 3].map((i) => ({ ...request(defaultMetrics, i), counts: true }));
    const fleet = await observeFleet({ query }, requests, NOW);
    assert.deepEqual(fleet, await Promise.all(requests.map((one) => alone({ query }, one))));
    // What one release asks by as many queries.
    assert.equal(leavesOf(asked[0] ?? "").length, (asked.length - 1) / 3);
  });
});

describe("history of a fleet", () => {
  const anyPast = fc.record({
    definitions: fc.array(fc.constantFrom(...Object.values(METRICS)), { maxLength: 3 }),
    versions: anyVersions,
    windowMs: fc.constantFrom(1000, 10_000),
    windows: fc.constantFrom(3, 12),
    maxAgeMs: fc.constantFrom(500, undefined),
  });
  const past = (source: RangeSource, { definitions, versions, ...options }: FleetHistoryRequest) =>
    observeHistory(source, definitions, versions, NOW, options);

  it("is that of each release", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyPast, { maxLength: 8 }), async (requests) => {
        const source = fakePrometheus(WORLD, badMetrics);
        const expected = await Promise.all(requests.map((request) => past(source, request)));
        assert.deepEqual(await observeFleetHistory(fakePrometheus(WORLD, badMetrics), requests, NOW), expected);
      }),
    );
  });
  const one = (i: number, windowMs = 10_000, windows = 120): FleetHistoryRequest => {
    return { definitions: [METRICS.errors, METRICS.percentile], versions: request([], i).versions, windowMs, windows };
  };
  it("takes one query for all that look at the same time", async () => {
    const source = fakePrometheus(WORLD);
    await observeFleetHistory(source, [one(1), one(2, 5000), one(3), one(4, 5000)], NOW);
    assert.equal(source.asked.length, 2);
    assert.equal(leavesOf(source.asked[0] ?? "").length, 4);
  });
  it("splits what would be answered at too great length", async () => {
    const source = fakePrometheus([]);
    await observeFleetHistory(
      source,
      Array.from({ length: 100 }, (_, i) => one(i, 1000, 1000)),
      NOW,
    );
    assert.ok(source.asked.length > 10, `${source.asked.length}`);
    for (const promql of source.asked) {
      const rows = leavesOf(promql).map(({ leaf }) => {
        return (leaf.match(/[ab]\d+(?=[|'])/g)?.length ?? 0) * (leaf.includes("bucket{") ? 20 : 1);
      });
      const points = rows.reduce((sum, of) => sum + of) * 1001;
      assert.ok(points * 40 < 16 * 1024 * 1024, `${points}`);
    }
  });
  it("that fails by itself is asked by itself from then on", async () => {
    const suspects = new Suspects();
    const broken = fakePrometheus(WORLD, (leaf) => (leaf.includes("bucket{") ? badMetrics("twice{") : undefined));
    const [first] = await observeFleetHistory(broken, [one(1)], NOW, { suspects });
    assert.match(first?.notes.join() ?? "", /percentile: no history, two rows of the same labels/);
    const before = broken.asked.length;
    await observeFleetHistory(broken, [one(1)], NOW, { suspects });
    assert.equal(broken.asked.length - before, 2);
  });
});
