import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Pages {
  /** Why the process is not well, or undefined. */
  readonly unhealthy: () => string | undefined;
  /** Why it is not ready, or undefined. */
  readonly unready: () => string | undefined;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `/healthz`, `/readyz` and `/metrics`. */
export async function serve(host: string, port: number, pages: Pages): Promise<RunningServer> {
  const server = createServer((request, response) => {
    void answer(pages, request.method ?? "", (request.url ?? "").split("?")[0] ?? "").then(
      ({ status, body, contentType = "text/plain; charset=utf-8" }) => {
        response.writeHead(status, { "Content-Type": contentType });
        response.end(request.method === "HEAD" ? undefined : body);
      },
      () => response.writeHead(500).end(),
    );
  });
  await listening(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Page {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
}

async function answer(pages: Pages, method: string, path: string): Promise<Page> {
  if (method !== "GET" && method !== "HEAD") return { status: 405, body: "only GET\n" };
  if (path === "/healthz") return state(pages.unhealthy());
  if (path === "/readyz") return state(pages.unready());
  if (path === "/metrics") return { status: 200, ...(await pages.metrics()) };
  return { status: 404, body: "there are /healthz, /readyz and /metrics\n" };
}

function state(trouble: string | undefined): Page {
  return trouble === undefined ? { status: 200, body: "ok\n" } : { status: 503, body: `${trouble}\n` };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
