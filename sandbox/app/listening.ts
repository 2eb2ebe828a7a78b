import { once } from "node:events";
import type { Server } from "node:http";
import type { Socket } from "node:net";

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is taken",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "this user may not listen on so low a port",
};

/** A server, and the port that it is for. */
export interface Listener {
  readonly port: number;
  readonly server: Server;
}

/** Listens on all ports or on none. @throws Error naming the first address that cannot be listened on, and why */
export async function listen(address: string, listeners: readonly Listener[]): Promise<void> {
  const opened = await Promise.allSettled(
    listeners.map(async ({ port, server }) => {
      const listening = once(server, "listening");
      server.listen(port, address);
      await listening.catch((error: NodeJS.ErrnoException) => {
        const reason = reasons[error.code ?? ""] ?? error.message;
        throw new Error(`cannot listen on ${address}:${port}: ${reason}`, { cause: error });
      });
    }),
  );
  const failed = opened.find((one) => one.status === "rejected");
  if (failed === undefined) return;
  for (const { server } of listeners) server.close();
  throw failed.reason;
}

/** Stops listening, and resolves when all connections are closed: those without a request at once, all after `graceMs`. */
export async function close(servers: readonly Server[], unused: UnusedSockets, graceMs: number): Promise<void> {
  const closed = servers.map((server) => once(server, "close"));
  for (const server of servers) server.close();
  unused.destroy();
  const late = setTimeout(() => servers.forEach((server) => server.closeAllConnections()), graceMs);
  await Promise.all(closed);
  clearTimeout(late);
}

/**
 * Connections that were never sent anything. Node takes them for busy, and Envoy leaves some: it opens one for a request
 * that another connection becomes free for.
 */
export class UnusedSockets {
  private readonly sockets = new Set<Socket>();

  watch(server: Server): void {
    server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
    });
  }

  destroy(): void {
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}
