import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Stub {
  readonly url: string;
  /** Every request so far. */
  readonly requests: { readonly url: URL; readonly headers: IncomingMessage["headers"] }[];
  readonly close: () => Promise<void>;
}

type Answer = (response: ServerResponse, count: number, url: URL) => void;

/** A Prometheus of one's own on a free loopback port; `count` is 1 for the first request. */
export async function startStub(answer: Answer): Promise<Stub> {
  const requests: Stub["requests"] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://stub");
    requests.push({ url, headers: request.headers });
    answer(response, requests.length, url);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, requests, close };
}

export function send(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

type Labels = Readonly<Record<string, string>>;

/** The body of a success answer with these rows. */
export function vector(...rows: readonly (readonly [Labels, string])[]): unknown {
  const result = rows.map(([metric, value]) => ({ metric, value: [1700000000.5, value] }));
  return { status: "success", data: { resultType: "vector", result } };
}
