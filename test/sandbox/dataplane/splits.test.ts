import assert from "node:assert/strict";

import { gapsOf, settlingMs, SplitBook, type Split } from "../../../sandbox/dataplane/splits";
import { pod } from "../mesh/fixtures";
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
  let book: SplitBook;

  beforeEach(() => (book = new SplitBook()));

  const ask = (weights: Counts, more?: Partial<RouteChange>): void => book.changed(change(weights, more));
  /** So many requests to a version that came at a time. */
  const come = (count: number, version: string, at: number, service = "web"): void => {
    for (let i = 0; i < count; i++) {
      book.count({ at, service: { namespace: "shop", name: service }, pod: pod(service, version) });
    }
  };
  const all = () => book.all().map(({ at, asked, seen }) => ({ at, asked, seen }));

  it("counts the requests that came since a change has settled, by workload", () => {
    come(3, "v1", 500);
    ask({ v1: 80, v2: 20 });
    come(50, "v1", 1_000 + settlingMs - 1);
    come(8, "v1", 1_000 + settlingMs);
    come(2, "v2", 9_000);
    book.count({ at: 9_000, service: { namespace: "shop", name: "web" }, pod: undefined });
    assert.deepEqual(book.all(), [
      {
        at: 1_000,
        namespace: "shop",
        name: "web",
        asked: { "web-v1": 80, "web-v2": 20 },
        seen: { "web-v1": 8, "web-v2": 2, unknown: 1 },
      },
    ]);
  });

  it("counts a request for the route of the time when it came, however late it is told of", () => {
    ask({ v1: 100, v2: 0 });
    ask({ v1: 50, v2: 50 }, { at: 5_000 });
    come(7, "v2", 6_000);
    come(40, "v1", 4_999);
    assert.deepEqual(all(), [
      { at: 1_000, asked: { "web-v1": 100 }, seen: { "web-v1": 40 } },
      { at: 5_000, asked: { "web-v1": 50, "web-v2": 50 }, seen: { "web-v2": 7 } },
    ]);
  });

  it("leaves out routes that ask for no shares of workloads, and counts nothing for the one before", () => {
    ask({ v1: 100, v2: 0 });
    ask({ v1: 50, v2: 50 }, { at: 5_000, workloads: { v1: ["web-v1", "web-v3"], v2: ["web-v2"] } });
    come(40, "v1", 7_000);
    assert.deepEqual(all(), [{ at: 1_000, asked: { "web-v1": 100 }, seen: {} }]);
  });

  it("takes weights that do not sum to 100 for parts of their sum, and adds ways to one workload", () => {
    ask({ a: 1, b: 2, c: 1 }, { workloads: { a: ["web-v1"], b: ["web-v2"], c: ["web-v1"] } });
    assert.deepEqual(all()[0]?.asked, { "web-v1": 50, "web-v2": 50 });
  });

  it("keeps services apart", () => {
    ask({ v1: 100 });
    ask({ v1: 100 }, { service: "api", workloads: { v1: ["api-v1"] } });
    come(5, "v1", 3_000, "api");
    assert.deepEqual(
      book.all().map(({ name, seen }) => [name, seen]),
      [
        ["web", {}],
        ["api", { "api-v1": 5 }],
      ],
    );
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
