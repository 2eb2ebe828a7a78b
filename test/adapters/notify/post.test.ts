import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Notifier } from "../../../adapters/notify";
import { httpPost } from "../../../adapters/notify/post";
import { channel, experiment } from "./fixtures";

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

describe("posting over HTTP", () => {
  const received: Received[] = [];
  let answer: (response: ServerResponse) => void;
  let url: string;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ method: request.method, path: request.url, headers: request.headers, body });
      answer(response);
    });
  });

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    received.length = 0;
    answer = (response) => response.writeHead(200).end("ok");
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  it("brings a notification from notify() to a server, after one that failed", async () => {
    answer = (response) => response.writeHead(received.length === 1 ? 503 : 200).end("ok");
    const outcome = await new Promise((resolve) => {
      const notifier = new Notifier({
        channels: () => [channel("ops", `url: ${url}/hook?x=1`, "headers: {X-Token: abc}")],
        clock: { now: () => Date.UTC(2030, 0, 1), sleep: () => new Promise(setImmediate) },
        random: () => 0,
        onOutcome: (_, outcome) => resolve(outcome),
      });
      notifier.notify(experiment(), { reason: "ExperimentFailed", message: "ünïcode" });
    });
    const [first, second] = received;
    assert.deepEqual([second?.method, second?.path], ["POST", "/hook?x=1"]);
    assert.equal(second?.headers["content-type"], "application/json");
    assert.equal(second.headers["x-token"], "abc");
    assert.equal(second.headers["idempotency-key"], first?.headers["idempotency-key"]);
    assert.equal(second.body, first?.body);
    assert.equal(JSON.parse(second.body).message, "ünïcode");
    assert.deepEqual([outcome, received.length], ["sent", 2]);
  });

  it("sends the body byte by byte as it is", async () => {
    const body = ' {"a": "ü"} ';
    await httpPost(url, body, { "content-type": "application/json" }, 5000);
    assert.equal(received[0]?.body, body);
    assert.equal(received[0].headers["content-length"], "13");
  });

  it("gives the status of an error, and how long to wait", async () => {
    answer = (response) => response.writeHead(429, { "retry-after": "7" }).end("slow down");
    assert.deepEqual(await httpPost(url, "{}", {}, 5000), { status: 429, retryAfterMs: 7000 });
  });

  it("follows no redirect", async () => {
    answer = (response) => response.writeHead(307, { location: `${url}/elsewhere` }).end();
    assert.deepEqual(await httpPost(`${url}/here`, "{}", {}, 5000), { status: 307, retryAfterMs: 0 });
    assert.deepEqual(
      received.map(({ path }) => path),
      ["/here"],
    );
  });

  it("does not wait for the end of an answer", async () => {
    answer = (response) => response.writeHead(200).write("endless");
    assert.equal((await httpPost(url, "{}", {}, 5000)).status, 200);
  });

  it("gives up a server that says nothing", async () => {
    answer = () => undefined;
    await assert.rejects(httpPost(url, "{}", {}, 50), { code: "ETIMEDOUT" });
  });

  it("tells when nobody is there", async () => {
    const gone = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => gone.once("listening", resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    await assert.rejects(httpPost(`http://127.0.0.1:${port}`, "{}", {}, 5000), { code: "ECONNREFUSED" });
  });
});
