import assert from "node:assert/strict";

import { PatchStrategy } from "@kubernetes/client-node";

import { Registrar } from "../../../sandbox/dataplane/registrar";
import { workloadEntryOf, type WorkloadEntry } from "../../../sandbox/dataplane/workloadEntries";
import type { Pod } from "../../../sandbox/mesh/model";
import { pod } from "../mesh/fixtures";
import { FakeApi, settled } from "./fakeApi";

const at = (ip: string, version = "v1"): Pod => pod("web", version, { ip });

function entryAt(ip: string): WorkloadEntry {
  return workloadEntryOf(at(ip)) ?? assert.fail();
}

describe("registrar", () => {
  let api: FakeApi;
  let logged: string[];
  let stop: AbortController;
  /** Pauses that are under way. */
  let pauses: { readonly ms: number; readonly end: () => Promise<void> }[];
  let registrar: Registrar;

  beforeEach(() => {
    api = new FakeApi();
    logged = [];
    pauses = [];
    stop = new AbortController();
    const pause = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const end = (): Promise<void> => {
          resolve();
          return settled();
        };
        pauses.push({ ms, end });
      });
    registrar = new Registrar(api, (message) => logged.push(message), stop.signal, pause);
  });

  it("applies an entry for each pod that serves, whatever others wrote into it", async () => {
    registrar.follow([at("127.1.0.5"), at("127.1.0.6", "v2"), pod("web", "v3", { ip: "127.1.0.7", ready: false })]);
    assert.deepEqual(api.news(), ["patch shop/web-v1-0 127.1.0.5", "patch shop/web-v2-0 127.1.0.6"]);
    const [write] = api.writes;
    assert.deepEqual(write?.object, entryAt("127.1.0.5"));
    const { ServerSideApply } = PatchStrategy;
    assert.deepEqual(write.options, [undefined, undefined, "serin-sandbox-data-plane", true, ServerSideApply]);
    await settled();
  });

  it("writes nothing while nothing has changed", async () => {
    registrar.follow([at("127.1.0.5")]);
    await api.last().succeed();
    registrar.follow([at("127.1.0.5")]);
    await settled();
    assert.equal(api.writes.length, 1);
  });

  it("removes the entry of a pod that no longer serves", async () => {
    registrar.follow([at("127.1.0.5")]);
    await api.last().succeed();
    registrar.follow([pod("web", "v1", { ip: "127.1.0.5", ready: false })]);
    assert.deepEqual(api.news().slice(1), ["delete shop/web-v1-0"]);
    const { apiVersion, kind } = api.last().object;
    assert.deepEqual([apiVersion, kind], ["networking.istio.io/v1", "WorkloadEntry"]);
    await api.last().succeed();
    registrar.follow([]);
    await settled();
    assert.equal(api.writes.length, 2);
  });

  it("writes an entry once at a time, and then what is wanted by that time", async () => {
    registrar.follow([at("127.1.0.5")]);
    registrar.follow([at("127.1.0.6")]);
    registrar.follow([]);
    registrar.follow([at("127.1.0.7")]);
    await settled();
    assert.deepEqual(api.news(), ["patch shop/web-v1-0 127.1.0.5"]);
    await api.last().succeed();
    assert.deepEqual(api.news(), ["patch shop/web-v1-0 127.1.0.7"]);
    await api.last().succeed();
    assert.deepEqual(api.news(), []);
  });

  it("removes an entry whose pod went away while it was being written", async () => {
    registrar.follow([at("127.1.0.5")]);
    registrar.follow([]);
    await api.last().succeed();
    assert.deepEqual(api.news(), ["patch shop/web-v1-0 127.1.0.5", "delete shop/web-v1-0"]);
  });

  it("writes an entry again whose pod came back while it was being removed", async () => {
    registrar.follow([at("127.1.0.5")]);
    await api.last().succeed();
    registrar.follow([]);
    registrar.follow([at("127.1.0.5")]);
    await api.last().succeed();
    assert.deepEqual(api.news().slice(1), ["delete shop/web-v1-0", "patch shop/web-v1-0 127.1.0.5"]);
  });

  it("does not let an entry that hangs hold up the others", async () => {
    registrar.follow([at("127.1.0.5")]);
    registrar.follow([at("127.1.0.5"), at("127.1.0.6", "v2")]);
    await api.last().succeed();
    registrar.follow([at("127.1.0.5")]);
    assert.deepEqual(api.news(), [
      "patch shop/web-v1-0 127.1.0.5",
      "patch shop/web-v2-0 127.1.0.6",
      "delete shop/web-v2-0",
    ]);
    await settled();
  });

  it("tries again after a pause, with what is wanted by then, and tells why", async () => {
    registrar.follow([at("127.1.0.5")]);
    await api.last().fail(500);
    await settled();
    assert.equal(api.writes.length, 1, "not before the pause is over");
    assert.match(logged.join(), /^WorkloadEntry shop\/web-v1-0: .*500.*; trying again$/s);
    const [pause] = pauses;
    assert.ok(pause && pause.ms >= 125 && pause.ms < 375, `${pause?.ms} ms`);
    registrar.follow([at("127.1.0.6")]);
    assert.equal(api.writes.length, 1, "a change does not cut the pause short");
    await pause.end();
    assert.deepEqual(api.news().slice(1), ["patch shop/web-v1-0 127.1.0.6"]);
    await api.last().fail(new Error("connection refused"));
    assert.match(logged[1] ?? "", /connection refused/);
    await pauses[1]?.end();
    assert.deepEqual(api.news(), ["patch shop/web-v1-0 127.1.0.6"]);
  });

  it("tries again to remove", async () => {
    registrar.follow([at("127.1.0.5")]);
    await api.last().succeed();
    registrar.follow([]);
    await api.last().fail(403);
    await pauses[0]?.end();
    assert.deepEqual(api.news().slice(1), ["delete shop/web-v1-0", "delete shop/web-v1-0"]);
  });

  it("takes an entry that is not there any more for removed", async () => {
    registrar.follow([at("127.1.0.5")]);
    await api.last().succeed();
    registrar.follow([]);
    await api.last().fail(404);
    registrar.follow([]);
    await settled();
    assert.equal(api.writes.length, 2);
    assert.deepEqual(logged, []);
  });

  for (const code of [403, 404]) {
    it(`gives up on an entry whose namespace is being deleted (${code}), until the pods change`, async () => {
      registrar.follow([at("127.1.0.5")]);
      await api.last().fail(code);
      assert.equal(api.writes.length, 1);
      assert.deepEqual([logged, pauses], [[], []]);
      registrar.follow([at("127.1.0.5")]);
      await settled();
      assert.equal(api.writes.length, 2);
    });
  }

  it("forgets no change that came while a write was refused", async () => {
    registrar.follow([at("127.1.0.5")]);
    await api.last().succeed();
    registrar.follow([at("127.1.0.6")]);
    registrar.follow([]);
    await api.last().fail(404);
    assert.deepEqual(api.news().slice(1), ["patch shop/web-v1-0 127.1.0.6", "delete shop/web-v1-0"]);
  });

  it("removes what an earlier run left behind, and only that, once it knows the pods", async () => {
    const gone = workloadEntryOf(pod("old", "v1", { ip: "127.1.0.9" })) ?? assert.fail();
    registrar.adopt([gone, entryAt("127.1.0.5")]);
    await settled();
    assert.deepEqual(api.news(), []);
    registrar.follow([at("127.1.0.5")]);
    assert.deepEqual(api.news().sort(), ["delete shop/old-v1-0", "patch shop/web-v1-0 127.1.0.5"]);
    for (const write of api.writes) await write.succeed();
    registrar.follow([at("127.1.0.5")]);
    await settled();
    assert.deepEqual(api.news(), []);
  });

  it("begins no write after the end", async () => {
    registrar.follow([at("127.1.0.5")]);
    registrar.follow([at("127.1.0.6")]);
    stop.abort();
    await api.last().succeed();
    registrar.follow([]);
    await settled();
    assert.equal(api.writes.length, 1);
  });
});
