import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { passOn, readAnswer, withoutHops, type Answer, type Upstream } from "./exchange";

/** What a proxy does to the requests that pass through it. */
export type Weather =
  | { readonly kind: "fair" }
  /** Each request waits before it goes on, for up to so long. */
  | { readonly kind: "slow"; readonly maxDelayMs: number }
  /** The request is carried out, and its answer breaks off in the middle, with this probability. */
  | { readonly kind: "cut"; readonly probability: number }
  /** No request arrives. */
  | { readonly kind: "refuse" };

/** A request that was answered. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly sentAt: number;
  readonly request: Buffer;
  readonly answer: Answer;
}

interface Stream {
  readonly toClient: ServerResponse;
  readonly fromServer: IncomingMessage;
  stalled: boolean;
}

export interface ApiProxyOptions {
  readonly upstream: Upstream;
  /** Uniform on [0, 1). */
  readonly random: () => number;
  /** ms of the bench's clock. */
  readonly now: () => number;
  readonly onExchange: (exchange: Exchange) => void;
}

/** Stands between one driver and the API server: knows what the driver asks, and makes its network as bad as wanted. */
export class ApiProxy {
  weather: Weather = { kind: "fair" };
  private stall = false;
  private readonly server: Server;
  private readonly streams = new Set<Stream>();

  constructor(private readonly options: ApiProxyOptions) {
    this.server = createServer((request, response) => {
      this.handle(request, response).catch(() => request.socket.destroy());
    });
    // Only faults that are wanted: by default an idle connection is closed just when it may be used again.
    this.server.keepAliveTimeout = 600_000;
  }

  /** @returns the URL to ask instead of the API server's */
  async listen(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Breaks all watches off, as a restart of a load balancer would. */
  resetWatches(): void {
    for (const { toClient } of this.streams) toClient.socket?.destroy();
  }

  /** From now on no watch says a word, although their connections stand. */
  stallWatches(): void {
    this.stall = true;
    for (const stream of this.streams) stream.stalled = true;
  }

  /** What a stalled watch has missed is lost: it is reset, as keep-alive would do it some day. */
  endStall(): void {
    this.stall = false;
    for (const { stalled, toClient } of this.streams) if (stalled) toClient.socket?.destroy();
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { random, now, upstream, onExchange } = this.options;
    const sentAt = now();
    const body = await buffer(request);
    const { weather } = this;
    if (weather.kind === "refuse") throw new Error("no way through");
    if (weather.kind === "slow") await sleep(random() * weather.maxDelayMs);
    // It goes on even if the driver has died meanwhile: what is on the wire arrives.
    const message = await passOn(upstream, request, body);
    const url = new URL(request.url ?? "/", "http://proxy");
    if (["1", "true"].includes(url.searchParams.get("watch") ?? "")) return this.stream(message, response);
    const answer = await readAnswer(message);
    onExchange({ method: request.method ?? "", path: url.pathname, sentAt, request: body, answer });
    const cut = weather.kind === "cut" && random() < weather.probability;
    response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length });
    if (!cut) return void response.end(answer.body);
    response.write(answer.body.subarray(0, answer.body.length / 2), () => request.socket.destroy());
  }

  private stream(fromServer: IncomingMessage, toClient: ServerResponse): void {
    const stream: Stream = { fromServer, toClient, stalled: this.stall };
    this.streams.add(stream);
    toClient.writeHead(fromServer.statusCode ?? 502, withoutHops(fromServer.headers));
    toClient.flushHeaders();
    fromServer.on("data", (chunk) => void (stream.stalled || toClient.write(chunk)));
    fromServer.on("end", () => void (stream.stalled || toClient.end()));
    fromServer.on("error", () => toClient.socket?.destroy());
    toClient.on("close", () => {
      this.streams.delete(stream);
      fromServer.destroy();
    });
  }
}
