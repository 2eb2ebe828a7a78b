import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { fastify, type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { QuerySource } from "../../adapters/prometheus";
import type { RandomSource } from "../../engine";
import type { AnalysisTools } from "../analysis";
import type { Limits } from "../config";
import { Gate } from "../gate";
import { createMetrics, type Metrics } from "../metrics";
import { chance } from "../random";
import { readinessOf } from "../readiness";
import type { TokenSource } from "../token";
import { analysisRoutes } from "./analysisRoutes";
import { readBodiesAsJson } from "./body";
import { closeWithLastAnswer } from "./closing";
import { CONTENT_SECURITY_POLICY, openapi } from "./document";
import { answerFaults } from "./faults";
import { guardWith } from "./guard";
import { healthRoutes } from "./healthRoutes";
import { watchRequests } from "./watch";

export interface ServerOptions {
  /** Answers the queries of requests. */
  readonly source: QuerySource;
  /** Answers the readiness probe's query: a source that gives up soon. Default: `source`. */
  readonly probeSource?: QuerySource;
  readonly log: Logger;
  readonly limits: Limits;
  /** Without it, requests need no token. */
  readonly token?: TokenSource;
  /** Default: metrics of its own. */
  readonly metrics?: Metrics;
  /** Ms since 1970. Default: the clock. */
  readonly now?: () => number;
  /** Default: draws that differ from call to call. */
  readonly random?: RandomSource;
}

/** Longest time for a request to come in, in ms. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The analytics service, ready to listen or to be given requests with `inject`. It remembers nothing of a request. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { source, log, limits, token, now = Date.now } = options;
  const metrics = options.metrics ?? createMetrics();
  const tools: AnalysisTools = {
    source,
    now,
    gate: new Gate(limits.queries),
    queryMs: limits.queryMs,
    random: options.random ?? chance,
    onQuery: metrics.onQuery,
  };
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: "idle",
    routerOptions: { ignoreTrailingSlash: true },
  });
  // The engine checks requests, in Iter8's words; the schemas of routes are there for the document.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  readBodiesAsJson(app);
  answerFaults(app, limits);
  watchRequests(app, log, metrics);
  closeWithLastAnswer(app);

  await app.register(swagger, { openapi: openapi(token !== undefined) });
  await app.register(healthRoutes(readinessOf(options.probeSource ?? source, now)));
  await app.register(documentRoutes);
  await app.register(async (guarded) => {
    if (token !== undefined) guardWith(guarded, token);
    analysisRoutes(guarded, tools);
    guarded.get("/metrics", { schema: { hide: true } }, async (_, reply) => {
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    });
  });
  return app;
}

/** The document by the names it has here and in Iter8, and the page that shows it. */
async function documentRoutes(app: FastifyInstance): Promise<void> {
  for (const path of ["/api/v1/openapi.json", "/api/v1/swagger.json"]) {
    app.get(path, { schema: { hide: true } }, async () => app.swagger());
  }
  await app.register(swaggerUi, { routePrefix: "/api/v1", staticCSP: CONTENT_SECURITY_POLICY });
}
