import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Stub {
  readonly url: string;
  /** Every request so far. */
  readonly asked: Asked[];
  readonly close: () => Promise<void>;
}

/** An analytics service of one's own on a free loopback port; `count` is 1 for the first request. */
export async function startStub(answer: (response: ServerResponse, count: number) => void): Promise<Stub> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request;
      asked.push({ method, path: url, headers, body });
      answer(response, asked.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, asked, close };
}
