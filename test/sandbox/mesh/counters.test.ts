import assert from "node:assert/strict";

import { RequestCounters } from "../../../sandbox/mesh/counters";
import { pod } from "./fixtures";

const service = { namespace: "shop", name: "web" };
const branch = { key: "v1", weight: 100, service, subset: "v1", pods: [], failure: undefined };

describe("counters of requests", () => {
  /** Counts requests of one workload, in the order in which they ended. */
  function rowOf(...requests: readonly (readonly [at: number, code: number])[]) {
    const counters = new RequestCounters();
    for (const [at, code] of requests) {
      counters.count({ at, service, branch, pod: pod("web", "v1"), code, flags: "-", latencyMs: 1 });
    }
    return counters.all()[0];
  }

  it("know when the last request arrived, also if an earlier one ended after it", () => {
    assert.equal(rowOf([1_000, 200], [3_000, 200], [2_000, 200])?.lastRequestAt, 3_000);
  });

  it("know when the first error arrived, also if a later one ended before it", () => {
    const row = rowOf([1_000, 200], [3_000, 500], [2_000, 503], [4_000, 500], [500, 404]);
    assert.deepEqual([row?.errors, row?.firstErrorAt], [3, 2_000]);
  });

  it("know of no error while there is none", () => {
    assert.equal(rowOf([1_000, 200], [2_000, 499])?.firstErrorAt, null);
  });
});
