import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layoutOf } from "../../../sandbox/cluster/layout";
import { emptyState, readState, StateFile } from "../../../sandbox/cluster/state";

describe("sandbox state", () => {
  let dir = "";
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "serin-state-"))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it("is empty at first", () => {
    assert.equal(readState(layoutOf(dir)), undefined);
    assert.deepEqual(new StateFile(layoutOf(dir)).current, emptyState);
  });

  it("is read back as it was written, by any process", () => {
    const file = new StateFile(layoutOf(dir));
    file.updatePart("etcd", { ports: { client: 1, peer: 2 }, process: { pid: 3, identity: "4" } });
    file.updatePart("mesh", { ports: { http: 5 } });
    file.update({ meshSeed: 6 });
    assert.deepEqual(new StateFile(layoutOf(dir)).current, file.current);
    assert.deepEqual(readdirSync(dir), ["state.json"]);
  });

  for (const [what, text] of [
    ["damaged", '{"format": 1, "parts"'],
    ["of another format", '{"format": 99, "parts": {}}'],
  ] as const) {
    it(`counts as absent when it is ${what}`, () => {
      writeFileSync(layoutOf(dir).state, text);
      assert.equal(readState(layoutOf(dir)), undefined);
    });
  }
});
