import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Agent, request } from "node:https";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { usesOf, type Use } from "./use";

/** Stands between a client and the API server, and takes down what the client asks for. */
export class RecordingProxy {
  readonly uses: Use[] = [];
  private readonly server: Server;

  private constructor(
    private readonly target: URL,
    private readonly agent: Agent,
  ) {
    this.server = createServer((from, to) => this.forward(from, to));
  }

  /** @param kubeconfig path of the kubeconfig that says where the API server is */
  static async start(kubeconfig: string): Promise<RecordingProxy> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const cluster = config.getCurrentCluster();
    if (!cluster) throw new Error(`${kubeconfig} names no cluster`);
    const ca = cluster.caData ? Buffer.from(cluster.caData, "base64") : readFileSync(cluster.caFile ?? "");
    const proxy = new RecordingProxy(new URL(cluster.server), new Agent({ ca, keepAlive: true }));
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** Writes a kubeconfig of a client that comes through the proxy. @returns its path */
  kubeconfig(path: string, token: string): string {
    const { port } = this.server.address() as AddressInfo;
    const cluster = { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "proxy", cluster }],
      users: [{ name: "client", user: { token } }],
      contexts: [{ name: "proxy", context: { cluster: "proxy", user: "client" } }],
      "current-context": "proxy",
    };
    writeFileSync(path, stringify(config), { mode: 0o600 });
    return path;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
    this.agent.destroy();
  }

  private forward(from: IncomingMessage, to: ServerResponse): void {
    const { method = "GET", url = "/", headers } = from;
    const { agent, target } = this;
    const passed = { ...headers, host: target.host };
    const upstream = request(new URL(url, target), { method, headers: passed, agent }, (answer) => {
      this.uses.push(...usesOf({ method, url, contentType: headers["content-type"], status: answer.statusCode ?? 0 }));
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on("error", () => to.destroy());
      answer.pipe(to);
    });
    upstream.on("error", () => to.destroy());
    to.on("close", () => upstream.destroy());
    from.pipe(upstream);
  }
}
