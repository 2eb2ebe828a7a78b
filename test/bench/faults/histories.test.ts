import assert from "node:assert/strict";
import { Histories } from "../../../bench/faults/history/histories";

const version = (revision: number) => ({
  revision,
  at: 0,
  object: { metadata: { name: "x", resourceVersion: String(revision) } },
  afterGap: false,
});

describe("the histories that the bench collects", () => {
  it("have the order of the revisions, whoever saw a version first, and each version once", () => {
    const histories = new Histories();
    const added = [3, 1, 2, 3, 1].map((revision) => histories.add("virtualService", "shop", version(revision)));
    assert.deepEqual(added, [true, true, true, false, false]);
    assert.deepEqual(
      histories.historyOf("shop").virtualService.map(({ revision }) => revision),
      [1, 2, 3],
    );
    assert.equal(histories.latest("virtualService", "shop")?.metadata.resourceVersion, "3");
  });

  it("know what was deleted", () => {
    const histories = new Histories();
    histories.add("lease", "shop", version(1));
    assert.deepEqual(histories.namespacesWith("lease"), ["shop"]);
    histories.add("lease", "shop", { revision: 2, at: 0, afterGap: false });
    assert.deepEqual(histories.namespacesWith("lease"), []);
  });
});
