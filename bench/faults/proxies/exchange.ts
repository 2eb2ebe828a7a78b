import {
  request as requestHttp,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from "node:http";
import { request as requestHttps, type Agent } from "node:https";
import { buffer } from "node:stream/consumers";

/** Where a proxy sends what it is asked. */
export interface Upstream {
  /** Base URL, without a path. */
  readonly url: string;
  /** With what it takes to trust the server. */
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Headers that are about one connection, not about the message. */
const HOP_BY_HOP = ["connection", "keep-alive", "transfer-encoding", "host", "content-length", "upgrade"];

/** Passes a request on. @returns the answer, as soon as its head is there */
export function passOn(upstream: Upstream, incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  const { protocol, hostname, port } = new URL(upstream.url);
  const request = protocol === "https:" ? requestHttps : requestHttp;
  // The bodies are read here, so they must not be compressed.
  const headers: OutgoingHttpHeaders = { ...withoutHops(incoming.headers), "accept-encoding": "identity" };
  return new Promise((resolve, reject) => {
    request(
      {
        hostname,
        port,
        method: incoming.method,
        path: incoming.url,
        headers: body.length > 0 ? { ...headers, "content-length": body.length } : headers,
        agent: upstream.agent,
      },
      resolve,
    )
      .on("error", reject)
      .end(body);
  });
}

/** The whole answer. */
export async function readAnswer(message: IncomingMessage): Promise<Answer> {
  const body = await buffer(message);
  return { status: message.statusCode ?? 0, headers: withoutHops(message.headers), body };
}

export function withoutHops(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
