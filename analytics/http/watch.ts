import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { memberOf } from "../bodySize";
import type { Metrics } from "../metrics";

const LONGEST_NAME = 200;

/** Counts and logs every request when it is over: one line each, without headers and bodies. */
export function watchRequests(app: FastifyInstance, log: Logger, metrics: Metrics): void {
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    const seconds = reply.elapsedTime / 1000;
    metrics.onRequest(route, reply.statusCode, seconds);
    log[levelOf(route, reply)](details(request, reply), "request");
  });
}

function details(request: FastifyRequest, reply: FastifyReply) {
  const name = memberOf(request.body, "name");
  return {
    method: request.method,
    path: request.url.split("?")[0],
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    ...(typeof name === "string" ? { experiment: name.slice(0, LONGEST_NAME) } : {}),
    ...(request.fault === undefined ? {} : { fault: request.fault }),
  };
}

/** Probes come every few seconds, and say nothing while all is well. */
function levelOf(route: string, { statusCode }: FastifyReply): "debug" | "info" | "warn" | "error" {
  if (statusCode === 500) return "error";
  if (statusCode > 500) return "warn";
  const probed = ["/healthz", "/readyz", "/metrics", "/api/v1/health/health_check"];
  return probed.includes(route) && statusCode < 400 ? "debug" : "info";
}
