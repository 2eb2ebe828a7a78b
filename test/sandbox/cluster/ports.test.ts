import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { freePort, isFree } from "../../../sandbox/cluster/ports";

describe("ports", () => {
  it("are free, and differ from those already given out", async () => {
    const taken = new Set<number>();
    for (let i = 0; i < 5; i++) {
      const port = await freePort(taken);
      assert.ok(!taken.has(port));
      assert.ok(await isFree(port));
      taken.add(port);
    }
  });

  it("are not free while somebody listens", async () => {
    const port = await freePort(new Set());
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    assert.equal(await isFree(port), false);
    server.close();
  });
});
