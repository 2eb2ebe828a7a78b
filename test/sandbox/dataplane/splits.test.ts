import assert from "node:assert/strict";

import { gapsOf, settlingMs, SplitBook, type Split } from "../../../sandbox/dataplane/splits";
import type { RouteChange } from "../../../sandbox/mesh/routeLog";

type Counts = Readonly<Record<string, number>>;

/** The route of `web` goes to v1 and v2 by these weights, from `at` on. */
function change(weights: Counts, more: Partial<RouteChange> = {}): RouteChange {
  return {
    at: 1_000,
    service: "web",
    namespace: "shop",
    weights,
    workloads: { v1: ["web-v1"], v2: ["web-v2"] },
    virtualService: "shop/web",
    resourceVersion: "1",
    requestsByWorkload: {},
    ...more,
  };
}

describe("split book", () => {
  let counts: Counts;
  let later: (() => void)[];
  let book: SplitBook;

  beforeEach(() => {
    counts = {};
    later = [];
    book = new SplitBook((work, ms) => {
      assert.equal(ms, settlingMs);
      later.push(work);
    });
  });

  const ask = (weights: Counts, more?: Partial<RouteChange>): void => book.changed(change(weights, more), () => counts);
  const settle = (): void => later.splice(0).forEach((work) => work());
  const all = (): readonly Split[] => book.all(() => counts);

  it("counts the requests since a change has settled", () => {
    counts = { "web-v1": 100 };
    ask({ v1: 80, v2: 20 });
    counts = { "web-v1": 150, "web-v2": 5 };
    settle();
    counts = { "web-v1": 230, "web-v2": 25 };
    assert.deepEqual(all(), [
      {
        at: 1_000,
        namespace: "shop",
        name: "web",
        asked: { "web-v1": 80, "web-v2": 20 },
        seen: { "web-v1": 80, "web-v2": 20 },
      },
    ]);
  });

  it("ends with the next change, before that one has settled", () => {
    ask({ v1: 100, v2: 0 });
    settle();
    counts = { "web-v1": 40 };
    ask({ v1: 50, v2: 50 }, { at: 2_000 });
    counts = { "web-v1": 1_000, "web-v2": 1_000 };
    settle();
    counts = { "web-v1": 1_003, "web-v2": 1_002 };
    assert.deepEqual(
      all().map(({ at, asked, seen }) => ({ at, asked, seen })),
      [
        { at: 1_000, asked: { "web-v1": 100 }, seen: { "web-v1": 40 } },
        { at: 2_000, asked: { "web-v1": 50, "web-v2": 50 }, seen: { "web-v1": 3, "web-v2": 2 } },
      ],
    );
  });

  it("leaves out what has not settled, also when it was changed before it could", () => {
    ask({ v1: 100, v2: 0 });
    assert.deepEqual(all(), []);
    ask({ v1: 50, v2: 50 }, { at: 1_400 });
    settle();
    assert.deepEqual(
      all().map(({ at }) => at),
      [1_400],
    );
  });

  it("keeps services apart", () => {
    ask({ v1: 100 });
    ask({ v1: 100 }, { service: "cart" });
    ask({ v1: 100 }, { namespace: "other" });
    settle();
    const asked: string[] = [];
    book.all(({ namespace, name }) => {
      asked.push(`${namespace}/${name}`);
      return {};
    });
    assert.deepEqual(asked, ["shop/web", "shop/cart", "other/web"]);
    assert.equal(all().length, 3);
  });

  it("gives weights as percent of their sum", () => {
    ask({ v1: 3, v2: 1 });
    settle();
    assert.deepEqual(all()[0]?.asked, { "web-v1": 75, "web-v2": 25 });
  });

  it("adds up the ways that lead to one workload", () => {
    ask({ v1: 60, v2: 40 }, { workloads: { v1: ["web-v1"], v2: ["web-v1"] } });
    settle();
    assert.deepEqual(all()[0]?.asked, { "web-v1": 100 });
  });

  it("says nothing of a way that leads to several workloads, or none, unless nobody takes it", () => {
    const shared = { v1: ["web-v1"], v2: ["web-v2", "web-v3"] };
    for (const workloads of [shared, { ...shared, v2: [] }, { v1: ["web-v1"] }]) {
      ask({ v1: 80, v2: 20 }, { workloads });
      settle();
      assert.deepEqual(all(), [], JSON.stringify(workloads));
    }
    ask({ v1: 100, v2: 0 }, { workloads: shared });
    settle();
    assert.deepEqual(
      all().map(({ asked }) => asked),
      [{ "web-v1": 100 }],
    );
  });

  it("keeps the last 2,000, and the ones that are under way", () => {
    for (let at = 0; at <= 2_001; at++) {
      ask({ v1: 100 }, { at });
      settle();
    }
    assert.equal(all().length, 2_001);
    assert.equal(all()[0]?.at, 1);
    assert.equal(all().at(-1)?.at, 2_001);
  });
});

describe("gaps", () => {
  const split = (asked: Counts, seen: Counts): Split => ({ at: 1_000, namespace: "shop", name: "web", asked, seen });

  it("are the shares that came less those that were asked for, in points, beside what chance does", () => {
    const one = split({ "web-v1": 80, "web-v2": 20 }, { "web-v1": 310, "web-v2": 90 });
    assert.deepEqual(gapsOf([one]), [
      { split: one, workload: "web-v1", asked: 80, seen: 77.5, points: -2.5, standardDeviation: 2, requests: 400 },
      { split: one, workload: "web-v2", asked: 20, seen: 22.5, points: 2.5, standardDeviation: 2, requests: 400 },
    ]);
  });

  it("count workloads that got nothing, and those that nothing was asked for", () => {
    const gaps = gapsOf([split({ "web-v1": 50, "web-v2": 50 }, { "web-v1": 150, unknown: 50 })]);
    const points = Object.fromEntries(gaps.map((gap) => [gap.workload, gap.points]));
    assert.deepEqual(points, { "web-v1": 25, "web-v2": -50, unknown: 25 });
    assert.equal(gaps.find(({ workload }) => workload === "unknown")?.standardDeviation, 0);
  });

  it("need enough requests", () => {
    const few = split({ "web-v1": 100 }, { "web-v1": 60, unknown: 39 });
    assert.deepEqual(gapsOf([few]), []);
    assert.equal(gapsOf([split({ "web-v1": 100 }, { "web-v1": 60, unknown: 40 })]).length, 2);
    assert.equal(gapsOf([few], 99).length, 2);
    assert.deepEqual(gapsOf([split({ "web-v1": 100 }, {})]), []);
  });
});
