import { createServer, type Server, type ServerResponse } from "node:http";

import type { Registry } from "prom-client";

import type { Mesh } from "./mesh";

/** What the mesh tells about itself; the registry is for `/metrics`. */
export function meshServer(mesh: Mesh, registry: Registry): Server {
  return pagesServer(
    registry,
    {
      "/requests": () => mesh.counters.all(),
      "/routes": () => mesh.routes.all(),
      "/healthz": () => readiness(mesh.unsynced()),
    },
    () => mesh.tick(),
  );
}

/** A page as JSON; one that is not ready answers 503. */
export type Page = () => unknown;

/** What `/healthz` answers. */
export function readiness(waitingFor: readonly string[]): {
  readonly ready: boolean;
  readonly waitingFor: readonly string[];
} {
  return { ready: waitingFor.length === 0, waitingFor };
}

/**
 * Serves pages, and the registry at `/metrics`.
 *
 * @param refresh called before each answer, so that it is as of now
 */
export function pagesServer(
  registry: Registry,
  pages: Readonly<Record<string, Page>>,
  refresh: () => void = () => undefined,
): Server {
  return createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (page === undefined && path !== "/metrics")
      return sendJson(response, 404, { error: `no such page; there are /metrics, ${Object.keys(pages).join(", ")}` });
    if (request.method !== "GET") return sendJson(response, 405, { error: "only GET is allowed" });
    refresh();
    const sent = page === undefined ? sendMetrics(response, registry) : sendPage(response, page);
    sent.catch((error: unknown) => sendJson(response, 500, { error: String(error) }));
  });
}

async function sendMetrics(response: ServerResponse, registry: Registry): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { "content-type": registry.contentType }).end(text);
}

async function sendPage(response: ServerResponse, page: Page): Promise<void> {
  const body = await page();
  const isUnready = typeof body === "object" && body !== null && "ready" in body && body.ready === false;
  sendJson(response, isUnready ? 503 : 200, body);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
