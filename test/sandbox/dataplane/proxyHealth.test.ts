import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { unreadyProxies } from "../../../sandbox/dataplane/proxyHealth";

/** An Envoy's administration. */
class Admin {
  isReady = true;
  listeners = "";
  readonly server: Server = createServer((request, response) => {
    const isFine = request.url !== "/ready" || this.isReady;
    response.writeHead(isFine ? 200 : 503).end(request.url === "/listeners" ? this.listeners : "LIVE\n");
  });

  async listen(): Promise<number> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return (this.server.address() as AddressInfo).port;
  }
}

describe("the proxies' health", () => {
  let client: Admin;
  let gateway: Admin;
  let ports: { readonly client: number; readonly gateway: number };

  beforeEach(async () => {
    [client, gateway] = [new Admin(), new Admin()];
    ports = { client: await client.listen(), gateway: await gateway.listen() };
  });
  afterEach(() => {
    for (const { server } of [client, gateway]) server.close();
  });

  it("is good once both have their configuration; the gateway needs no listener", async () => {
    assert.deepEqual(await unreadyProxies(ports), ["client"]);
    client.listeners = "127.0.0.1:9080";
    assert.deepEqual(await unreadyProxies(ports), []);
  });

  it("is asked for each time: one that was ready need not be so for ever", async () => {
    client.listeners = "127.0.0.1:9080";
    assert.deepEqual(await unreadyProxies(ports), []);
    gateway.isReady = false;
    assert.deepEqual(await unreadyProxies(ports), ["gateway"]);
    gateway.isReady = true;
    client.server.close();
    await once(client.server, "close");
    assert.deepEqual(await unreadyProxies(ports), ["client"]);
  });
});
