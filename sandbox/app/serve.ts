import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import type { SeriesStore } from "../mesh/series";
import type { PodBehaviour } from "./behaviour";

export interface ServeOptions {
  readonly behaviour: PodBehaviour;
  readonly series: SeriesStore;
  readonly now: () => number;
  /** True while the pod ends: each answer then asks the client to close its connection. */
  readonly isEnding: () => boolean;
}

/** A server that answers each request as the pod's behaviour has it. */
export function podServer(options: ServeOptions): Server {
  const server = createServer((request, response) => {
    // A body that nobody reads would hold up the connection.
    request.resume();
    if (request.method === "GET" && /^\/healthz(\?|$)/.test(request.url ?? "")) {
      finish(options, response, 200, { "content-type": "text/plain" }, "ok\n");
    } else serve(options, request, response);
  });
  // Envoy decides when to close an idle connection: if both did, a request could meet a closed one.
  server.keepAliveTimeout = 0;
  server.headersTimeout = 0;
  server.requestTimeout = 0;
  return server;
}

function serve(options: ServeOptions, request: IncomingMessage, response: ServerResponse): void {
  const { behaviour, series, now } = options;
  const startedAt = now();
  const { pod } = behaviour.identity;
  const served = behaviour.identity.served(request.headers.host);
  const { code, latencyMs } = behaviour.answer();
  const count = (code: number, flags: string): void =>
    series.record({ at: now(), branch: served, pod, code, flags, latencyMs: now() - startedAt });

  const cancel = after(latencyMs, () => {
    response.off("close", onGone);
    count(code, "-");
    finish(options, response, code, served.headers, served.body);
  });
  /** As Envoy counts a client that did not wait. */
  const onGone = (): void => {
    cancel();
    count(0, "DC");
  };
  response.once("close", onGone);
}

function finish(
  { isEnding }: ServeOptions,
  response: ServerResponse,
  code: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  response.writeHead(code, isEnding() ? { ...headers, connection: "close" } : headers).end(body);
}

const longestTimerMs = 2 ** 31 - 1;

/** A timer counts whole milliseconds: it rounds down what it is given, and takes 0 for 1. */
function after(ms: number, then: () => void): () => void {
  const rounded = Math.min(Math.round(ms), longestTimerMs);
  if (rounded === 0) {
    const immediate = setImmediate(then);
    return () => clearImmediate(immediate);
  }
  const timer = setTimeout(then, rounded);
  return () => clearTimeout(timer);
}
