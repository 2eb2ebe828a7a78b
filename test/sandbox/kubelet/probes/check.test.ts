import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { check } from "../../../../sandbox/kubelet/probes/check";
import { container } from "../pods/builders";
import { FakeClock } from "../pods/fakeClock";
import { FakeContainer } from "../pods/fakeRuntime";

describe("check of a probe", () => {
  let server: Server;
  let port = 0;
  const seen: string[] = [];

  before(async () => {
    server = createServer((request, response) => {
      seen.push(
        `${request.url} ${request.headers["user-agent"]} ${request.headers.host} ${request.headers["x-colour"] ?? ""}`,
      );
      if (request.url === "/silent") return;
      if (request.url === "/large") return void response.end("x".repeat(200_000));
      const status = Number((request.url ?? "").slice(1)) || 200;
      response.writeHead(status, { location: "/500" }).end(`answer ${status}`);
    }).listen(0, "127.1.7.9");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const target = (answer = 0, output = "") => {
    const handle = new FakeContainer("1", {} as FakeContainer["config"], new FakeClock());
    handle.answer = () => ({ exitCode: answer, output });
    return {
      container: container("main", { ports: [{ name: "web", containerPort: port }] }),
      handle,
      podIP: "127.1.7.9",
    };
  };
  const get = (path: string, more = {}) => check({ httpGet: { path, port: "web", ...more } }, target());

  for (const status of [200, 204, 302, 399]) {
    it(`succeeds with an answer ${status}`, async () => assert.deepEqual((await get(`/${status}`)).isSuccess, true));
  }
  for (const status of [400, 404, 503]) {
    it(`fails with an answer ${status}, and says so`, async () => {
      const message = `HTTP probe failed with statuscode: ${status}: answer ${status}`;
      assert.deepEqual(await get(`/${status}`), { isSuccess: false, message });
    });
  }

  it("asks the pod's address, as a kubelet does, with the probe's headers", async () => {
    await get("/200", { httpHeaders: [{ name: "X-Colour", value: "green" }] });
    assert.equal(seen.at(-1), `/200 kube-probe/1.36 127.1.7.9:${port} green`);
  });

  it("does not read a large answer to its end", async () => assert.equal((await get("/large")).isSuccess, true));

  it("fails without an answer in time", async () => {
    const result = await check({ httpGet: { path: "/silent", port }, timeoutSeconds: 0.05 }, target());
    assert.deepEqual(result, { isSuccess: false, message: "no answer within 0.05 s" });
  });

  it("fails where nothing listens, or the port has no such name", async () => {
    assert.match((await check({ httpGet: { port: 1 } }, target())).message, /ECONNREFUSED/);
    assert.match((await check({ httpGet: { port: "admin" } }, target())).message, /no port named admin/);
    assert.match((await check({ tcpSocket: { port: 1 } }, target())).message, /ECONNREFUSED/);
  });

  it("succeeds where something listens", async () => {
    assert.equal((await check({ tcpSocket: { port: "web" } }, target())).isSuccess, true);
    assert.equal((await check({ tcpSocket: { host: "127.1.7.9", port } }, target())).isSuccess, true);
  });

  it("follows a command's exit code, and tells what it said", async () => {
    assert.equal((await check({ exec: { command: ["ok"] } }, target())).isSuccess, true);
    assert.deepEqual(await check({ exec: { command: ["ok"] } }, target(1, "not yet\n")), {
      isSuccess: false,
      message: "not yet",
    });
  });
});
