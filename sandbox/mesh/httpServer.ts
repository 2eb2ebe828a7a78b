import { createServer, type Server, type ServerResponse } from "node:http";

import type { Registry } from "prom-client";

import type { Mesh } from "./mesh";

/** What the mesh tells about itself. Each answer is as of now, not as of the last tick. */
export function meshServer(mesh: Mesh, registry: Registry): Server {
  const pages: Record<string, (response: ServerResponse) => Promise<void> | void> = {
    "/metrics": async (response) => {
      const text = await registry.metrics();
      response.writeHead(200, { "content-type": registry.contentType }).end(text);
    },
    "/requests": (response) => sendJson(response, 200, mesh.counters.all()),
    "/routes": (response) => sendJson(response, 200, mesh.routes.all()),
    "/healthz": (response) => {
      const waitingFor = mesh.unsynced();
      sendJson(response, waitingFor.length === 0 ? 200 : 503, { ready: waitingFor.length === 0, waitingFor });
    },
  };
  return createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (page === undefined)
      return sendJson(response, 404, { error: `no such page; there are ${Object.keys(pages).join(", ")}` });
    if (request.method !== "GET") return sendJson(response, 405, { error: "only GET is allowed" });
    mesh.tick();
    Promise.resolve(page(response)).catch((error: unknown) => sendJson(response, 500, { error: String(error) }));
  });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
