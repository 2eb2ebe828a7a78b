import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import axios from "axios";
import { ApiProxy, type Exchange } from "../../../bench/faults/proxies/apiProxy";

describe("the bench's proxy before the API server", () => {
  let server: Server;
  let proxy: ApiProxy;
  let url = "";
  const exchanges: Exchange[] = [];
  const watches: ServerResponse[] = [];
  let asked = 0;

  beforeEach(async () => {
    exchanges.length = watches.length = asked = 0;
    server = createServer((request, response) => {
      asked += 1;
      if (!request.url?.includes("watch=true")) return void request.pipe(response);
      watches.push(response);
      response.flushHeaders();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const upstream = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const note = (exchange: Exchange) => void exchanges.push(exchange);
    proxy = new ApiProxy({ upstream, random: () => 0, now: () => 7, onExchange: note });
    url = await proxy.listen();
  });

  afterEach(() => {
    proxy.close();
    server.closeAllConnections();
    server.close();
  });

  it("passes requests on, and knows them", async () => {
    const { data } = await axios.put(`${url}/thing?x=1`, { a: 1 });
    assert.deepEqual(data, { a: 1 });
    const [exchange] = exchanges;
    assert.deepEqual(
      [exchange?.method, exchange?.path, exchange?.sentAt, exchange?.answer.body.toString()],
      ["PUT", "/thing", 7, '{"a":1}'],
    );
  });

  it("breaks an answer off after the request was carried out", async () => {
    proxy.weather = { kind: "cut", probability: 0.5 };
    await assert.rejects(axios.put(`${url}/thing`, { a: 1 }));
    assert.equal(exchanges.length, 1);
  });

  it("lets no request through when it is to refuse them", async () => {
    proxy.weather = { kind: "refuse" };
    await assert.rejects(axios.get(`${url}/thing`));
    assert.equal(asked, 0);
  });

  async function watch(): Promise<{ heard: string[]; ended: Promise<unknown> }> {
    const { data } = await axios.get<NodeJS.ReadableStream>(`${url}/things?watch=true`, { responseType: "stream" });
    const heard: string[] = [];
    data.on("data", (chunk: Buffer) => heard.push(chunk.toString()));
    const ended = new Promise((resolve) => data.on("error", resolve).on("end", resolve));
    return { heard, ended };
  }

  it("resets watches", async () => {
    const { ended } = await watch();
    proxy.resetWatches();
    await ended;
  });

  it("keeps what happens from stalled watches, and resets them in the end", async () => {
    const { heard, ended } = await watch();
    proxy.stallWatches();
    watches[0]?.write("event");
    // An answer that went the same way after the event: had the event been passed on, it would be there.
    await axios.put(`${url}/thing`, {});
    assert.deepEqual(heard, []);
    proxy.endStall();
    await ended;
  });
});
