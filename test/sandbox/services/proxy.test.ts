import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { V1Pod, V1Service } from "@kubernetes/client-node";
import detect from "detect-port";
import { ServiceProxy } from "../../../sandbox/services/proxy";

const clusterIP = "127.0.0.1";

describe("the service proxy", () => {
  const servers: Server[] = [];
  const refused: string[] = [];
  const said: string[] = [];
  let services: V1Service[] = [];
  let pods: V1Pod[] = [];
  let proxy: ServiceProxy;
  let port: number;

  const serve = async (address: string, at: number, take: (socket: Socket) => void): Promise<Server> => {
    const server = createServer({ allowHalfOpen: true }, take).listen(at, address);
    servers.push(server);
    await once(server, "listening");
    return server;
  };
  const pod = (ip: string): V1Pod => ({
    metadata: { namespace: "shop", name: ip, labels: { app: "web" } },
    spec: { containers: [] },
    status: { podIP: ip, phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
  });
  const service = (targetPort: number, more: object = {}): V1Service => ({
    metadata: { namespace: "shop", name: "web" },
    spec: { clusterIP, selector: { app: "web" }, ports: [{ port, targetPort, ...more }] },
  });
  const ask = async (): Promise<string> => {
    const socket = connect({ host: clusterIP, port, allowHalfOpen: true });
    socket.end("hello");
    return text(socket).catch((error: NodeJS.ErrnoException) => error.code ?? "");
  };
  /** Answers only when the question has ended, which must come through. */
  const named = (name: string) => (socket: Socket) => {
    let question = "";
    socket.on("data", (chunk: Buffer) => (question += chunk.toString()));
    socket.on("end", () => socket.end(`${name}:${question}`));
  };

  beforeEach(async () => {
    port = await detect(0);
    proxy = new ServiceProxy({
      objects: () => ({ services, pods, endpoints: [], slices: [] }),
      apiServer: { address: "127.0.0.1", port: 1 },
      log: (message) => said.push(message),
      onRefused: (_, message) => refused.push(message),
    });
  });
  afterEach(() => {
    proxy.close();
    for (const server of servers.splice(0)) server.close();
    for (const list of [refused, said]) list.length = 0;
  });

  it("relays to each pod in turn, and past one that does not answer", async () => {
    const target = await detect(0);
    await serve("127.45.0.2", target, named("one"));
    await serve("127.45.0.3", target, named("two"));
    services = [service(target)];
    pods = [pod("127.45.0.2"), pod("127.45.0.3"), pod("127.45.0.4")];
    await proxy.follow();
    const answers = [await ask(), await ask(), await ask()];
    assert.deepEqual(answers, ["one:hello", "two:hello", "one:hello"]);
    pods = [];
    assert.equal(await ask(), "ECONNRESET");
  });

  it("listens where Services are, and lets connections of one that is gone end by themselves", async () => {
    const target = await detect(0);
    await serve("127.45.0.2", target, named("one"));
    services = [service(target)];
    pods = [pod("127.45.0.2")];
    await proxy.follow();
    const open = connect({ host: clusterIP, port, allowHalfOpen: true });
    await once(open, "connect");
    // So that it is known to be with the pod already.
    open.write("still ");
    await new Promise((resolve) => setTimeout(resolve, 50));
    services = [];
    await proxy.follow();
    assert.equal(await ask(), "ECONNREFUSED");
    open.end("there");
    assert.equal(await text(open), "one:still there");
  });

  it("says once what it cannot serve", async () => {
    const server = await serve(clusterIP, port, (socket) => socket.end());
    services = [service(1), { ...service(1, { protocol: "UDP" }), metadata: { namespace: "shop", name: "dns" } }];
    await proxy.follow();
    await proxy.follow();
    assert.equal(refused.length, 1);
    assert.match(refused[0] ?? "", new RegExp(`^port ${port} cannot be listened on: .*EADDRINUSE`));
    assert.deepEqual(said.filter((line) => line.includes("UDP")).length, 1);
    server.close();
  });
});
