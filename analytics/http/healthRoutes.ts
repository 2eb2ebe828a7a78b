import type { FastifyInstance } from "fastify";
import type { Readiness } from "../readiness";

const OK = { status: "Ok" };

/** The routes that tell whether the service is alive and whether it can work. They need no token. */
export function healthRoutes(readiness: () => Promise<Readiness>): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    const schema = { tags: ["health"], summary: "Whether the service is alive" };
    app.get("/api/v1/health/health_check", { schema }, async () => OK);
    app.get("/healthz", { schema }, async () => OK);
    app.get(
      "/readyz",
      { schema: { tags: ["health"], summary: "Whether the service can work: Prometheus answers" } },
      async (request, reply) => {
        const { ready, reason = "" } = await readiness();
        if (ready) return OK;
        request.fault = reason;
        return reply.code(503).send({ status: "Unavailable", message: reason });
      },
    );
  };
}
