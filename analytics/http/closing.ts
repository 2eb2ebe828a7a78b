import type { FastifyInstance } from "fastify";

/**
 * Ends the connection of each request that is answered while the server closes. It would else be kept for the client's
 * next request, and the server would wait for that.
 */
export function closeWithLastAnswer(app: FastifyInstance): void {
  let closing = false;
  app.addHook("preClose", async () => {
    closing = true;
  });
  app.addHook("onSend", async (_, reply) => {
    if (closing) void reply.header("connection", "close");
  });
}
