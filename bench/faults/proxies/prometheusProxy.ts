import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { passOn, readAnswer } from "./exchange";

/** How a Prometheus may be ill. None of them makes up numbers: those are not told from true ones by anybody. */
export const ILLNESSES = ["refuse", "slow", "error", "garbage", "truncated"] as const;
export type Illness = (typeof ILLNESSES)[number];

/** Stands between all drivers and Prometheus. */
export class PrometheusProxy {
  illness: Illness | undefined;
  private readonly server: Server;

  /** @param random uniform on [0, 1) */
  constructor(
    private readonly url: string,
    private readonly random: () => number,
  ) {
    this.server = createServer((request, response) => {
      this.handle(request, response).catch(() => request.socket.destroy());
    });
  }

  /** @returns the URL to ask instead of Prometheus' own */
  async listen(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { illness } = this;
    switch (illness) {
      case "refuse":
        throw new Error("no way through");
      case "error":
        return void response.writeHead(500).end("out of memory");
      case "garbage":
        return void response.writeHead(200, { "content-type": "text/html" }).end("<html>Please log in.</html>");
      case "slow":
        await sleep(1000 + this.random() * 6000);
    }
    const { status, headers, body: answer } = await readAnswer(await passOn({ url: this.url }, request, body));
    response.writeHead(status, { ...headers, "content-length": answer.length });
    if (illness !== "truncated") return void response.end(answer);
    response.write(answer.subarray(0, answer.length / 2), () => request.socket.destroy());
  }
}
