import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Endpoint } from "./endpoints";

/** As long as it takes on one machine, and more. */
const connectMs = 2000;

/**
 * Brings a connection to the first of these that takes it, and hands on what both sides say until both have finished.
 * Where none takes it, the connection is reset, as where nobody listens.
 */
export async function relay(client: Socket, endpoints: readonly Endpoint[]): Promise<void> {
  // Whoever goes away tells by "close", which all that follows looks at.
  client.on("error", () => undefined);
  for (const endpoint of endpoints) {
    const upstream = await connected(endpoint);
    if (upstream === undefined) continue;
    join(client, upstream);
    return;
  }
  client.resetAndDestroy();
}

async function connected({ address, port }: Endpoint): Promise<Socket | undefined> {
  const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(connectMs) });
    return socket;
  } catch {
    socket.on("error", () => undefined);
    socket.destroy();
    return undefined;
  }
}

function join(client: Socket, upstream: Socket): void {
  upstream.on("error", () => undefined);
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    from.pipe(to);
    // An end in good order is handed on by the pipe; any other is the end of both.
    from.once("close", () => {
      if (!from.readableEnded || from.errored) to.resetAndDestroy();
    });
  }
  if (client.destroyed) upstream.destroy();
}
