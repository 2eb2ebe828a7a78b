import assert from "node:assert/strict";
import type { Observation } from "../../../../engine";
import {
  observe,
  observeFleet,
  Suspects,
  type FleetRequest,
  type MetricDefinition,
} from "../../../../adapters/prometheus";
import { badMetrics, fakePrometheus, fault, METRICS, NOW, seriesOf, type Fails } from "./fakePrometheus";

const WORLD = Array.from({ length: 40 }, (_, i) => ["a", "b"].flatMap((v) => seriesOf(`${v}${i}`, "shop", 1))).flat();

function request(i: number, definitions: readonly MetricDefinition[] = [METRICS.errors]): FleetRequest {
  const versions = { baseline: `a${i}`, candidate: `b${i}`, namespace: "shop" };
  return { definitions, versions, startedAt: NOW - 90_000 };
}

const kinds = (seen: readonly Observation[]) => seen.map((one) => (one.kind === "unavailable" ? one.fault : one.kind));
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** A metric of its own template. */
const named = (name: string): MetricDefinition => {
  return { ...METRICS.errors, name, queryTemplate: `sum(${name}{$entity_selector}) by ($entity_labels)` };
};

describe("faults in a fleet", () => {
  for (const kind of ["unreachable", "timeout", "serverError"] as const) {
    it(`${kind}: everybody's, after one query`, async () => {
      const source = fakePrometheus(WORLD, () => fault(kind, "Nobody there"));
      // More than fit into one query.
      const requests = times(600, (i) => ({ ...request(i, [METRICS.share]), startedAt: NOW - 1000 * i }));
      assert.deepEqual(
        await observeFleet(source, requests, NOW),
        requests.map(() => ({ kind: "unavailable", fault: kind, detail: "Nobody there." })),
      );
      assert.equal(source.asked.length, 1);
    });
  }
  it("a server that refuses whatever it is asked: everybody's, after two queries", async () => {
    const source = fakePrometheus(WORLD, () => fault("refused", "401"));
    const seen = await observeFleet(
      source,
      times(30, (i) => request(i)),
      NOW,
    );
    assert.deepEqual(
      kinds(seen),
      times(30, () => "refused"),
    );
    assert.equal(source.asked.length, 2);
  });
  for (const bad of ["refused", "malformed", "open"] as const) {
    it(`${bad} template: theirs who use it, in its own words`, async () => {
      const requests = times(20, (i) => request(i, i === 7 ? [METRICS.errors, METRICS[bad]] : [METRICS.errors]));
      const seen = await observeFleet(fakePrometheus(WORLD, badMetrics), requests, NOW);
      const { definitions, versions, startedAt } = requests[7] as FleetRequest;
      const alone = await observe(fakePrometheus(WORLD, badMetrics), definitions, versions, startedAt, NOW);
      assert.equal(alone.kind, "unavailable");
      assert.deepEqual(seen[7], alone);
      assert.deepEqual(
        kinds(seen.filter((_, i) => i !== 7)),
        times(19, () => "values"),
      );
    });
  }
  it("an open template is never put beside others", async () => {
    const source = fakePrometheus(WORLD, badMetrics);
    await observeFleet(
      source,
      [1, 2].map((i) => request(i, [METRICS.open, METRICS.errors])),
      NOW,
    );
    const asked = source.asked.filter((promql) => promql.includes("open{"));
    assert.ok(asked.length > 0 && asked.every((promql) => !promql.includes("label_replace")), asked.join("\n"));
  });

  it("a template that failed is asked apart from then on: two queries instead of a search", async () => {
    const source = fakePrometheus(WORLD, badMetrics);
    const suspects = new Suspects();
    const requests = times(20, (i) => request(i, i === 7 ? [METRICS.refused] : [METRICS.errors, METRICS.percentile]));
    await observeFleet(source, requests, NOW, { suspects });
    const first = source.asked.length;
    assert.ok(first > 4 && first <= 26, `${first}`);
    const seen = await observeFleet(source, requests, NOW + 1000, { suspects });
    assert.deepEqual([source.asked.length - first, kinds(seen)[7], kinds(seen)[8]], [2, "refused", "values"]);
  });
  it("a template that failed is believed again after ten minutes", async () => {
    const suspects = new Suspects();
    const requests = [request(1), request(2, [METRICS.refused])];
    await observeFleet(fakePrometheus(WORLD, badMetrics), requests, NOW, { suspects });
    for (const [later, queries] of [
      [599_000, 2],
      [600_000, 1],
    ] as const) {
      const source = fakePrometheus(WORLD);
      await observeFleet(source, requests, NOW + later, { suspects });
      assert.equal(source.asked.length, queries);
    }
  });
  it("data that fails for one release alone: the others with this template have theirs", async () => {
    const twice: Fails = (leaf) => (/\ba3\b/.test(leaf) ? fault("refused", "found duplicate series") : undefined);
    const suspects = new Suspects();
    const requests = times(8, (i) => request(i, [named("errors")]));
    const seen = await observeFleet(fakePrometheus(WORLD, twice), requests, NOW, { suspects });
    assert.deepEqual(
      kinds(seen),
      times(8, (i) => (i === 3 ? "refused" : "values")),
    );
  });

  it("many bad templates: few queries a call, and after some calls nobody else is hurt", async () => {
    const fails: Fails = (leaf) => (leaf.includes("bad") ? fault("refused", "bad") : undefined);
    const source = fakePrometheus(WORLD, fails);
    const suspects = new Suspects();
    const requests = times(40, (i) => request(i, [i < 20 ? named(`bad${i}`) : METRICS.errors]));
    let seen: readonly Observation[] = [];
    for (let call = 0; call < 10; call += 1) {
      const before = source.asked.length;
      seen = await observeFleet(source, requests, NOW + call, { suspects });
      assert.ok(source.asked.length - before <= 1 + 25 + 9, `${source.asked.length - before}`);
    }
    assert.deepEqual(
      kinds(seen),
      times(40, (i) => (i < 20 ? "refused" : "values")),
    );
    const before = source.asked.length;
    await observeFleet(source, requests, NOW + 11, { suspects });
    assert.equal(source.asked.length - before, 1 + 3);
  });
  it("of many suspects, each has its turn", async () => {
    const fails: Fails = (leaf) => (leaf.includes("bad") ? fault("refused", "bad") : undefined);
    const suspects = new Suspects();
    const requests = times(20, (i) => request(i, [named(`bad${i}`)]));
    for (let call = 0; call < 10; call += 1) {
      await observeFleet(fakePrometheus(WORLD, fails), requests, NOW + call, { suspects });
    }
    const seen = new Set<number>();
    for (let call = 0; call < 7; call += 1) {
      const observations = await observeFleet(fakePrometheus(WORLD), requests, NOW + 20 + call, { suspects });
      for (const [i, { kind }] of observations.entries()) if (kind === "values") seen.add(i);
    }
    assert.equal(seen.size, 20);
  });
  it("forgets the oldest of very many", () => {
    const suspects = new Suspects();
    for (const i of times(257, (n) => n)) suspects.add(`${i}`, fault("refused", "bad"), NOW);
    assert.deepEqual(
      [0, 1, 256].map((i) => suspects.faultOf(`${i}`, NOW)?.fault),
      [undefined, "refused", "refused"],
    );
  });
  it("a row that lacks the versions' labels is a fault of those who have no other, as for one release", async () => {
    const template = "sum(requests{$entity_selector}) by ($entity_labels) or vector(0)";
    const metric = {
      ...named("or"),
      queryTemplate: template,
      sampleSizeTemplate: template,
      freshnessTemplate: undefined,
    };
    const { labels, value } = seriesOf("a1", "shop", 1)[0] as (typeof WORLD)[number];
    const own = Object.fromEntries(Object.entries(labels).filter(([name]) => name !== "reporter"));
    const rows = [own, {}].map((of) => ({ labels: of, value, timestamp: NOW }));
    const source = { query: () => Promise.resolve({ kind: "vector" as const, rows }) };
    const seen = await observeFleet(source, [request(1, [metric]), request(2, [metric])], NOW);
    assert.deepEqual(kinds(seen), ["values", "malformed"]);
  });
  it("rows without their number are nobody's", async () => {
    const rows = seriesOf("a1", "shop", 1).map(({ labels, value }) => ({ labels, value, timestamp: NOW }));
    const source = { query: () => Promise.resolve({ kind: "vector" as const, rows }) };
    const [seen] = await observeFleet(source, [request(1)], NOW);
    assert.equal(seen?.kind, "unavailable");
    assert.equal(seen.fault, "malformed");
  });
});
