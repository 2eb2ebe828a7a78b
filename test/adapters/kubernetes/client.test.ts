import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { KubernetesClient } from "../../../adapters/kubernetes/client";
import { isConflict, isNotFound, isTransient, KubernetesError } from "../../../adapters/kubernetes/errors";
import { EXPERIMENTS, SERVICES } from "../../../adapters/kubernetes/paths";

const TOKEN = "t0ken-of-the-admin";

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

type Answer = (response: ServerResponse, count: number, request: IncomingMessage) => void;

function send(response: ServerResponse, status: number, body: object = {}, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

const ok200: Answer = (response) => send(response, 200, { metadata: { name: "x" }, items: [] });

/** What a failed test leaves open would keep the process alive. */
const open: (() => Promise<void>)[] = [];

/** An API server of one's own on a free loopback port, and a client of it. */
async function serve(answer: Answer): Promise<{ client: KubernetesClient; seen: Seen[]; close: () => Promise<void> }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const { method, url, headers } = request;
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      seen.push({ method, url, type: headers["content-type"], authorization: headers.authorization, body });
      answer(response, seen.length, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  open.push(close);
  return { client: await connect(port), seen, close };
}

function connect(port: number): Promise<KubernetesClient> {
  return KubernetesClient.connect(`apiVersion: v1
kind: Config
current-context: c
contexts: [{ name: c, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: "http://127.0.0.1:${port}", insecure-skip-tls-verify: true } }]
users: [{ name: u, user: { token: "${TOKEN}" } }]
`);
}

const OBJECT = { metadata: { name: "x", namespace: "n", resourceVersion: "7" } };

describe("KubernetesClient", () => {
  // The waits between tries are not what is tested.
  const { setTimeout: wait } = globalThis;
  before(() => {
    globalThis.setTimeout = ((call: () => void, ms?: number) =>
      wait(call, ms && ms < 5000 ? 1 : ms)) as typeof setTimeout;
  });
  after(() => void (globalThis.setTimeout = wait));
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });

  it("asks as the API has it, with the user's token", async () => {
    const { client, seen, close } = await serve(ok200);
    await client.get(SERVICES, "n", "x");
    await client.list(SERVICES, "n", "a=b");
    await client.create(SERVICES, OBJECT);
    await client.apply(SERVICES, OBJECT);
    await client.merge(SERVICES, "n", "x", { a: null });
    await client.replace(EXPERIMENTS, OBJECT, "status");
    await client.delete(SERVICES, "n", "x");
    await close();
    deepStrictEqual(
      seen.map(({ method, url, type }) => [method, url, type]),
      [
        ["GET", "/api/v1/namespaces/n/services/x", undefined],
        ["GET", "/api/v1/namespaces/n/services?labelSelector=a%3Db", undefined],
        ["POST", "/api/v1/namespaces/n/services?fieldManager=serin", "application/json"],
        ["PATCH", "/api/v1/namespaces/n/services/x?fieldManager=serin&force=true", "application/apply-patch+yaml"],
        ["PATCH", "/api/v1/namespaces/n/services/x?fieldManager=serin", "application/merge-patch+json"],
        ["PUT", "/apis/iter8.tools/v1alpha1/namespaces/n/experiments/x/status?fieldManager=serin", "application/json"],
        ["DELETE", "/api/v1/namespaces/n/services/x", "application/json"],
      ],
    );
    ok(seen.every(({ authorization }) => authorization === `Bearer ${TOKEN}`));
    deepStrictEqual(seen[3]?.body, OBJECT);
    deepStrictEqual(seen[4]?.body, { a: null });
  });

  for (const status of [500, 503, 429]) {
    it(`tries again after ${status}`, async () => {
      const { client, seen, close } = await serve((response, count) =>
        count < 3 ? send(response, status, {}, { "retry-after": "0" }) : ok200(response, count, undefined as never),
      );
      await client.get(SERVICES, "n", "x");
      await close();
      strictEqual(seen.length, 3);
    });
  }

  it("tries again after a broken connection", async () => {
    const { client, seen, close } = await serve((response, count, request) =>
      count < 2 ? request.socket.destroy() : send(response, 200, { metadata: {} }),
    );
    await client.apply(SERVICES, OBJECT);
    await close();
    strictEqual(seen.length, 2);
    deepStrictEqual(seen[0], seen[1]);
  });

  for (const [status, is] of [
    [404, isNotFound],
    [409, isConflict],
    [403, (error: unknown) => !isTransient(error)],
    [422, (error: unknown) => !isTransient(error)],
  ] as const) {
    it(`passes ${status} on at once, in the server's words`, async () => {
      const { client, seen, close } = await serve((response) => send(response, status, { message: "so it is" }));
      await rejects(client.get(SERVICES, "n", "x"), (error) => {
        ok(error instanceof KubernetesError && is(error));
        strictEqual(error.status, status);
        strictEqual(error.message, "so it is (GET /api/v1/namespaces/n/services/x)");
        return true;
      });
      await close();
      strictEqual(seen.length, 1);
    });
  }

  it("gives up after some tries, and never tells the token", async () => {
    const { client, seen, close } = await serve((response) => send(response, 500, { message: "unwell" }));
    const { port } = new URL(client.server);
    const everything = (error: unknown) => [String(error), JSON.stringify(error), (error as Error).stack].join();
    await rejects(client.get(SERVICES, "n", "x"), (error) => {
      ok(isTransient(error));
      match((error as Error).message, /^unwell/);
      ok(!everything(error).includes(TOKEN));
      strictEqual((error as Error).cause, undefined);
      return true;
    });
    strictEqual(seen.length, 4);
    await close();
    await rejects(client.get(SERVICES, "n", "x"), (error) => {
      ok(isTransient(error) && error instanceof KubernetesError && error.status === 0);
      match(error.message, new RegExp(`^Kubernetes API server http://127.0.0.1:${port}: .*ECONNREFUSED`));
      ok(!everything(error).includes(TOKEN));
      return true;
    });
  });

  it("says what to do where no cluster is configured", async () => {
    await rejects(
      KubernetesClient.connect("apiVersion: v1\nkind: Config\n"),
      /no Kubernetes cluster is configured: set/,
    );
  });
});
