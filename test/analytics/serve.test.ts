import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { ConfigError, readConfig, serveAnalytics, startAnalytics, type Flags } from "../../analytics";
import { send, startStub, vector, type Stub } from "../adapters/prometheus/stub";
import { PATH, requestBody } from "./harness";

const configOf = (flags: Flags = {}) =>
  readConfig({ listen: "127.0.0.1:0", ...flags }, {}, () => {
    throw Object.assign(new Error(), { code: "ENOENT" });
  });

/** The service, once it listens; `signals.emit` ends it. */
async function served(flags: Flags) {
  const signals = new EventEmitter();
  const lines: string[] = [];
  let listening: (url: string) => void;
  const url = new Promise<string>((resolve) => (listening = resolve));
  const ended = serveAnalytics(
    configOf(flags),
    (line) => {
      lines.push(line);
      const event = JSON.parse(line) as { readonly msg: string; readonly url: string };
      if (event.msg === "listening") listening(event.url);
    },
    signals,
  );
  return { signals, lines, ended, url: await url };
}

describe("the analytics service as a process", () => {
  let stub: Stub | undefined;
  afterEach(async () => {
    await stub?.close();
    stub = undefined;
  });

  const post = (url: string) => fetch(`${url}${PATH}`, { method: "POST", body: JSON.stringify(requestBody()) });

  /** False as soon as no connection is taken, or requests on one are turned away. */
  const answers = async (url: string) => (await fetch(`${url}/healthz`).catch(() => undefined))?.status === 200;

  for (const signal of ["SIGTERM", "SIGINT"]) {
    it(`answers requests under way at ${signal}, takes no new ones, and ends`, async () => {
      const gate = new EventEmitter();
      const firstQuery = once(gate, "asked");
      const release = once(gate, "release");
      stub = await startStub((response) => {
        gate.emit("asked");
        void release.then(() => send(response, vector()));
      });
      const { signals, lines, ended, url } = await served({ prometheusUrl: stub.url });
      const underWay = post(url);
      await firstQuery;
      signals.emit(signal);
      while (await answers(url)) await new Promise(setImmediate);
      gate.emit("release");
      assert.equal((await underWay).status, 200);
      await ended;
      assert.match(lines.at(-1) ?? "", /"msg":"stopped"/);
      assert.deepEqual(signals.eventNames(), []);
    });
  }

  it("cuts off a request that does not come to an end", async () => {
    const { close, url } = await startAnalytics(configOf({ queryTimeout: "10ms" }), () => undefined, 10);
    const client = connect(Number(new URL(url).port), "127.0.0.1");
    client.on("error", () => undefined);
    const cutOff = once(client, "close");
    client.write(`POST ${PATH} HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\n{`);
    // Answered on another connection, so the first one has been taken too.
    await answers(url);
    await close();
    await cutOff;
  });

  it("tells what it is told in vain", async () => {
    const lines: string[] = [];
    const config = { ...configOf(), warnings: ["that has no effect"] };
    const { close, url } = await startAnalytics(config, (line) => void lines.push(line));
    const metrics = await (await fetch(`${url}/metrics`)).text();
    await close();
    assert.match(lines[0] ?? "", /"level":"warn".*that has no effect/);
    assert.match(metrics, /^process_cpu_seconds_total/m);
  });

  it("does not start where it cannot listen, or without its token", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const taken = startAnalytics(configOf({ listen: `127.0.0.1:${port}` }), () => undefined);
    await assert.rejects(taken, (error: Error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /^cannot listen on 127\.0\.0\.1:\d+: listen EADDRINUSE/);
      return true;
    });
    other.close();
    const tokenless = startAnalytics(configOf({ tokenFile: "/nowhere/token" }), () => undefined);
    await assert.rejects(tokenless, /^ConfigError: option '--token-file' \(\/nowhere\/token\): ENOENT/);
  });
});
