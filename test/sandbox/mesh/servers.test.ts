import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { KubeConfig } from "@kubernetes/client-node";

import { collection } from "../../../sandbox/mesh/apiServer";
import { istioRegistry } from "../../../sandbox/mesh/exposition";
import { meshServer } from "../../../sandbox/mesh/httpServer";
import { warnOnce } from "../../../sandbox/mesh/log";
import { Mesh } from "../../../sandbox/mesh/mesh";
import { ApiError, type WatchEvent } from "../../../sandbox/mesh/watchLoop";
import { meshWith, podObject, serviceObject } from "./fixtures";

let server: Server | undefined;

async function listen(one: Server): Promise<string> {
  server = one.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe("the connection to the API server", () => {
  const { signal } = new AbortController();

  async function pods(answer: RequestListener) {
    const cluster = { name: "c", server: await listen(createServer(answer)), skipTLSVerify: true };
    const kubeconfig = new KubeConfig();
    kubeconfig.loadFromClusterAndUser(cluster, { name: "u", token: "the-token" });
    return collection(kubeconfig, "/api/v1/pods");
  }

  it("lists with the token of the kubeconfig", async () => {
    const source = await pods((request, response) => {
      const items = [request.url, request.headers.authorization];
      response.end(JSON.stringify({ items, metadata: { resourceVersion: "7" } }));
    });
    const expected = { items: ["/api/v1/pods", "Bearer the-token"], resourceVersion: "7" };
    assert.deepEqual(await source.list(signal), expected);
  });

  it("tells the status of a refusal, for list and watch", async () => {
    const source = await pods((_, response) => response.writeHead(410).end("{}"));
    const gone = (error: unknown) => error instanceof ApiError && error.status === 410;
    await assert.rejects(source.list(signal), gone);
    await assert.rejects(
      source.watch("1", () => assert.fail("an event"), signal),
      gone,
    );
  });

  const first = '{"type":"ADDED","object":{"n":1}}\n{"type":"MODI';
  const rest = 'FIED","object":{"n":2}}\n';
  const endings: readonly [what: string, end: RequestListener, rejects: boolean][] = [
    ["ends in good order", (_, response) => response.end(rest), false],
    ["breaks off", (_, response) => response.write(rest, () => response.destroy()), true],
    ["sends no JSON", (_, response) => response.write(`${rest}no JSON\n`), true],
  ];
  for (const [what, end, rejects] of endings) {
    it(`reads the events of a watch that ${what}`, async () => {
      const source = await pods((request, response) => {
        assert.match(request.url ?? "", /watch=true&resourceVersion=5&timeoutSeconds=\d+$/);
        response.write(first, () => end(request, response));
      });
      const events: WatchEvent[] = [];
      const watch = source.watch("5", (event) => events.push(event), signal);
      await (rejects ? assert.rejects(watch) : watch);
      assert.deepEqual(
        events.map(({ type }) => type),
        ["ADDED", "MODIFIED"],
      );
    });
  }

  it("lets go of a watch when it is told to", async () => {
    const source = await pods((_, response) => void response.write(first));
    const stop = new AbortController();
    await assert.rejects(source.watch("5", () => stop.abort(), stop.signal));
  });
});

describe("the pages of the mesh", () => {
  async function get(url: string, method = "GET") {
    const response = await fetch(url, { method });
    const text = await response.text();
    return { status: response.status, type: response.headers.get("content-type"), text };
  }

  it("show the state as of the request", async () => {
    const { mesh, time } = meshWith({
      services: [serviceObject("reviews", "100")],
      pods: [podObject("reviews", "v1")],
    });
    const base = await listen(meshServer(mesh, istioRegistry(mesh.series)));
    time.now += 1_000;
    const [row] = JSON.parse((await get(`${base}/requests`)).text) as Record<string, unknown>[];
    assert.deepEqual([row?.["service"], row?.["namespace"], row?.["workload"]], ["reviews", "shop", "reviews-v1"]);
    const metrics = await get(`${base}/metrics?x=y`);
    assert.match(metrics.type ?? "", /^text\/plain; version=0\.0\.4/);
    assert.ok(metrics.text.includes(`} ${String(row?.["requests"])}\n`));
    assert.match(metrics.text, /# TYPE istio_requests_total counter\n/);
    assert.match(metrics.text, /# TYPE istio_request_duration_milliseconds histogram\n/);
    assert.equal((JSON.parse((await get(`${base}/routes`)).text) as unknown[]).length, 1);
    assert.equal((await get(`${base}/healthz`)).status, 200);
    assert.equal((await get(`${base}/constructor`)).status, 404);
    assert.equal((await get(`${base}/routes`, "DELETE")).status, 405);
  });

  it("say what the mesh still waits for", async () => {
    const mesh = new Mesh({ seed: 1, now: () => 1, warn: assert.fail });
    const base = await listen(meshServer(mesh, istioRegistry(mesh.series)));
    mesh.sink("pods").replace([]);
    const { status, text } = await get(`${base}/healthz`);
    assert.equal(status, 503);
    const waitingFor = ["services", "virtualservices", "destinationrules"];
    assert.deepEqual(JSON.parse(text), { ready: false, waitingFor });
  });
});

describe("warnings", () => {
  it("are said once for a key", () => {
    const said: string[] = [];
    const warn = warnOnce((message) => said.push(message));
    for (const message of ["a", "a", "b"]) warn(message);
    warn("of one pod", "workload");
    warn("of another pod", "workload");
    assert.deepEqual(said, ["a", "b", "of one pod"]);
  });
});
