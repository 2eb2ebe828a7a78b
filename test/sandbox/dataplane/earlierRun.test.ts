import assert from "node:assert/strict";

import { KubeConfig } from "@kubernetes/client-node";

import { entriesOfEarlierRun } from "../../../sandbox/dataplane/earlierRun";

const cluster = new KubeConfig();

describe("entries of an earlier run", () => {
  let logged: string[];
  let asked: number;

  beforeEach(() => {
    logged = [];
    asked = 0;
  });

  const log = (message: string): void => void logged.push(message);
  const failing = (failures: number, then: () => void = () => undefined) => ({
    list: () => {
      asked += 1;
      if (asked <= failures) {
        then();
        return Promise.reject(new Error("no answer"));
      }
      return Promise.resolve({ items: [{ metadata: { name: "one" } }], resourceVersion: "1" });
    },
  });

  it("are asked for until there is an answer, which is told once", async () => {
    const { signal } = new AbortController();
    const found = await entriesOfEarlierRun(cluster, log, signal, failing(2));
    assert.deepEqual(found, [{ metadata: { name: "one" } }]);
    assert.equal(asked, 3);
    assert.deepEqual(logged, ["entries of an earlier run: no answer; trying again until it works"]);
  });

  it("are asked for no more once it is told to end", async () => {
    const stop = new AbortController();
    const source = failing(9, () => stop.abort(new Error("the end")));
    await assert.rejects(entriesOfEarlierRun(cluster, log, stop.signal, source), /the end/);
    assert.deepEqual([asked, logged], [1, []]);
  });
});
