import type { FastifyInstance } from "fastify";
import { RequestFault } from "./faults";

/** Takes every body for JSON, whatever its content type says. */
export function readBodiesAsJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, async (_: unknown, body: string) => {
    try {
      return JSON.parse(body) as unknown;
    } catch (cause) {
      throw new RequestFault(400, "The body is not JSON", { cause });
    }
  });
}
