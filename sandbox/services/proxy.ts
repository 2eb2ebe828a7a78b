import { createServer, type Server, type Socket } from "node:net";
import type { V1Service, V1ServicePort } from "@kubernetes/client-node";
import { endpointsOf, type Endpoint } from "./endpoints";
import { clusterIPOf, nameOf, type ServiceObjects } from "./objects";
import { relay } from "./relay";

export interface ProxyOptions {
  readonly objects: () => ServiceObjects;
  /** Where connections to the cluster's own API server go. */
  readonly apiServer: Endpoint;
  readonly log: (message: string) => void;
  /** A port of a Service cannot be listened on; said once for each. */
  readonly onRefused: (service: V1Service, message: string) => void;
}

interface Served {
  readonly service: V1Service;
  readonly port: V1ServicePort;
}

interface Listener {
  served: Served;
  readonly server: Server;
  /** Whether it has begun to listen, or cannot. */
  readonly settled: Promise<void>;
  /** Connections so far. */
  turns: number;
}

/** Listens on the ports of all Services, and relays to their pods in turn. */
export class ServiceProxy {
  private readonly listeners = new Map<string, Listener>();
  private readonly connections = new Set<Socket>();
  private readonly said = new Set<string>();

  constructor(private readonly options: ProxyOptions) {}

  /** Listens where the Services are now, and no more where they were; connections that are there go on. */
  async follow(): Promise<void> {
    const wanted = this.wanted();
    for (const [key, { server }] of this.listeners) {
      if (wanted.has(key)) continue;
      server.close();
      this.listeners.delete(key);
    }
    for (const [key, served] of wanted) {
      const known = this.listeners.get(key);
      if (known) known.served = served;
      else this.listeners.set(key, this.listen(key, served));
    }
    await Promise.all([...this.listeners.values()].map(({ settled }) => settled));
  }

  /** Ends all listeners and connections. */
  close(): void {
    for (const { server } of this.listeners.values()) server.close();
    for (const socket of this.connections) socket.destroy();
    this.listeners.clear();
  }

  private wanted(): Map<string, Served> {
    const wanted = new Map<string, Served>();
    for (const service of this.options.objects().services) {
      const address = clusterIPOf(service);
      if (address === undefined) continue;
      for (const port of service.spec?.ports ?? []) {
        if ((port.protocol ?? "TCP") === "TCP") wanted.set(`${address}:${port.port}`, { service, port });
        else this.once(`${nameOf(service)}: port ${port.port} is ${port.protocol}, and only TCP is relayed`);
      }
    }
    return wanted;
  }

  private listen(key: string, served: Served): Listener {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.take(listener, socket));
    const settled = new Promise<void>((resolve) => {
      server.once("listening", resolve);
      server.once("error", (error) => {
        this.refused(served, error.message);
        // So that it is tried again with the next change.
        if (this.listeners.get(key) === listener) this.listeners.delete(key);
        resolve();
      });
    });
    const listener: Listener = { served, server, settled, turns: 0 };
    server.listen({ host: clusterIPOf(served.service), port: served.port.port });
    return listener;
  }

  private take(listener: Listener, socket: Socket): void {
    this.connections.add(socket);
    socket.once("close", () => this.connections.delete(socket));
    const { service, port } = listener.served;
    const found = isApiServer(service) ? [this.options.apiServer] : endpointsOf(service, port, this.options.objects());
    void relay(socket, inTurn(found, listener.turns++));
  }

  private refused({ service, port }: Served, why: string): void {
    const message = `port ${port.port} cannot be listened on: ${why}`;
    if (!this.once(`${nameOf(service)}: ${message}`)) return;
    this.options.onRefused(service, message);
  }

  private once(message: string): boolean {
    if (this.said.has(message)) return false;
    this.said.add(message);
    this.options.log(message);
    return true;
  }
}

function isApiServer({ metadata }: V1Service): boolean {
  return metadata?.namespace === "default" && metadata.name === "kubernetes";
}

/** The same ones, beginning with another one each time. */
export function inTurn<T>(all: readonly T[], turn: number): T[] {
  const first = all.length === 0 ? 0 : turn % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}
