import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

import { untilListening } from "../../../sandbox/dataplane/listening";

const { signal } = new AbortController();

describe("waiting for somebody who listens", () => {
  it("tells once when it lasts long, and goes on", async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const told: number[] = [];
    let isOver = false;
    const long = new Promise<void>((resolve) => {
      const onLong = (seconds: number): void => {
        told.push(seconds);
        resolve();
      };
      void untilListening(`http://127.0.0.1:${port}`, signal, { onLong, afterMs: 20 }).then(() => (isOver = true));
    });
    await long;
    assert.ok(!isOver);
    const again = createServer((socket) => socket.destroy()).listen(port, "127.0.0.1");
    await once(again, "connection");
    again.close();
    assert.deepEqual(told, [0.02]);
  });

  it("tells nothing when somebody listens at once, and ends when it is told to", async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const onLong = () => assert.fail("it did not last long");
    await untilListening(`http://127.0.0.1:${port}`, signal, { onLong });
    server.close();
    await once(server, "close");
    await untilListening(`http://127.0.0.1:${port}`, AbortSignal.abort(), { onLong });
  });
});
