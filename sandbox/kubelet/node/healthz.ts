import { once } from "node:events";
import { createServer, type Server } from "node:http";

/** Serves /healthz on the loopback address: 200 while `isHealthy`, else 503. @throws Error when the port is taken */
export async function serveHealth(port: number, isHealthy: () => boolean): Promise<Server> {
  const server = createServer((request, response) => {
    const isKnown = (request.url ?? "").split("?")[0] === "/healthz";
    const status = isKnown ? (isHealthy() ? 200 : 503) : 404;
    response.writeHead(status, { "content-type": "text/plain" });
    response.end({ 200: "ok", 503: "the pods are not known yet", 404: "there is /healthz" }[status]);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}
