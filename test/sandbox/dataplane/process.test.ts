import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("the process of the data plane", function () {
  // It is compiled on its way.
  this.timeout(30_000);
  let folder: string;
  let apiServer: Server;
  let child: ChildProcess;
  let output: string;

  afterEach(() => {
    child.kill("SIGKILL");
    apiServer.closeAllConnections();
    apiServer.close();
    rmSync(folder, { recursive: true });
  });

  /** Starts it with an API server that answers so. */
  async function run(answer: RequestListener): Promise<void> {
    folder = mkdtempSync(join(tmpdir(), "serin-plane-"));
    apiServer = createServer(answer).listen(0, "127.0.0.1");
    await once(apiServer, "listening");
    const server = `http://127.0.0.1:${(apiServer.address() as AddressInfo).port}`;
    const kubeconfig = {
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: {} }],
    };
    writeFileSync(join(folder, "kubeconfig"), JSON.stringify(kubeconfig));
    const [port = 0, ...ports] = await freePorts(6);
    const names = ["istiod-port", "client-port", "client-admin-port", "gateway-port", "gateway-admin-port"];
    const options = names.flatMap((name, index) => [`--${name}`, String(ports[index])]);
    const files = ["kubeconfig", "envoy", "vegeta", "targets"].flatMap((name) => [`--${name}`, join(folder, name)]);
    child = spawn(process.execPath, [
      ...[
        "-r",
        "ts-node/register/transpile-only",
        "sandbox/dataplane/main.ts",
        "--port",
        String(port),
        "--dir",
        folder,
      ],
      ...["--client-address", "127.0.0.1", ...options, ...files],
    ]);
    output = "";
    child.stderr?.on("data", (data) => (output += String(data)));
  }

  const ended = async (): Promise<unknown> => (await once(child, "close"))[0];

  it("ends when it cannot do its work, although it listens already", async () => {
    await run((_, response) => response.writeHead(403).end("{}"));
    assert.equal(await ended(), 1, output);
    assert.match(output, /data plane on http:.*\n.* cannot run: could not apply Namespace/);
  });

  it("ends by SIGTERM while the API server refuses everything", async () => {
    await run((_, response) => {
      response.writeHead(503).end("{}");
      child.kill("SIGTERM");
    });
    assert.equal(await ended(), 0, output);
    assert.match(output, / stopped\n$/);
  });
});

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => server.close() && once(server, "close")));
  return ports;
}
