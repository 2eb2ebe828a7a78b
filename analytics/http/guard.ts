import type { FastifyInstance } from "fastify";
import { isAuthorized, type TokenSource } from "../token";

/** Refuses requests without the token, before their bodies are read. */
export function guardWith(app: FastifyInstance, token: TokenSource): void {
  app.addHook("onRequest", async (request, reply) => {
    if (isAuthorized(request.headers.authorization, token())) return;
    request.fault = "no valid token";
    return reply
      .code(401)
      .header("www-authenticate", 'Bearer realm="serin analytics"')
      .send({ message: "This needs the header 'Authorization: Bearer <token>' with a valid token" });
  });
}
