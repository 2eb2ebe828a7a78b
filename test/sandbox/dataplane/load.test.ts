import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { LoadGenerator, type Load } from "../../../sandbox/dataplane/load";
import { eventually, FakeVegeta } from "./fakeVegeta";

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function listen(port = 0): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

// The data plane needs Linux, whose setpriv has the programs end with it.
(process.platform === "linux" ? describe : () => undefined)("load generator", () => {
  let folder: string;
  let vegeta: FakeVegeta;
  let logged: string[];
  let generator: LoadGenerator;
  let stop: AbortController;
  /** Ends the pause before the next start of what has ended; undefined while there is none. */
  let resume: (() => void) | undefined;
  let entrance: Server;
  let url: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "serin-load-"));
    vegeta = new FakeVegeta(folder);
    logged = [];
    stop = new AbortController();
    resume = undefined;
    const pause = () => new Promise<void>((resolve) => (resume = resolve));
    generator = new LoadGenerator(vegeta.program, (message) => logged.push(message), stop.signal, pause);
    entrance = await listen();
    url = `http://127.0.0.1:${portOf(entrance)}`;
  });

  afterEach(async () => {
    vegeta.set("goes-on", "");
    generator.setLoads([]);
    entrance.close();
    const ended = () => vegeta.attacks().every(({ pid }) => !isAlive(pid));
    await eventually(ended, Boolean, "every attack has ended");
    rmSync(folder, { recursive: true, maxRetries: 10 });
  });

  const load = (requestsPerSecond: number, name = "web"): Load => {
    return { service: { namespace: "shop", name }, url, host: `${name}.shop:80`, requestsPerSecond };
  };
  const attacks = (count: number) =>
    eventually(
      () => vegeta.attacks(),
      ({ length }) => length >= count,
      `${count} attacks have begun`,
    );
  const rates = () => vegeta.attacks().map(({ args }) => args[args.indexOf("-rate") + 1]);

  it("sends by vegeta at the rate, which may have a fraction, without end, under the host's name", async () => {
    generator.setLoads([load(2.5)]);
    const [attack] = await attacks(1);
    assert.equal(attack?.target, `GET ${url}`);
    const bounds = "-duration 0 -timeout 30s -max-body 0 -connections 100";
    assert.equal(attack.args.join(" "), `attack -rate 2500/1000s ${bounds} -header Host: web.shop:80`);
    const encoders = await eventually(
      () => vegeta.encoders(),
      ({ length }) => length > 0,
      "an encoder runs",
    );
    assert.match(encoders[0] ?? "", /^\d+ encode --to csv$/);
  });

  it("sends one load a Service, and none at the rate 0", async () => {
    generator.setLoads([load(10), load(20, "cart"), load(0, "idle")]);
    await attacks(2);
    assert.deepEqual(rates().sort(), ["10000/1000s", "20000/1000s"]);
    const names = generator.all().map(({ name }) => name);
    assert.deepEqual(names.sort(), ["cart", "web"]);
  });

  it("waits until somebody listens", async () => {
    const port = portOf(entrance);
    entrance.close();
    await once(entrance, "close");
    generator.setLoads([load(10)]);
    entrance = await listen(port);
    let isAsked = false;
    entrance.once("connection", () => (isAsked = true));
    await attacks(1);
    assert.ok(isAsked);
  });

  it("does not begin with a load that is no longer wanted when somebody listens", async () => {
    generator.setLoads([load(10)]);
    generator.setLoads([load(20)]);
    await attacks(1);
    assert.deepEqual(rates(), ["20000/1000s"]);
  });

  it("counts what was sent, and what had no answer", async () => {
    const codes = [200, 503, 0, 0];
    vegeta.set("results", codes.map((code) => `1795357892769000000,${code},1,2\n`).join(""));
    generator.setLoads([load(10)]);
    const sent = await eventually(
      () => generator.all()[0],
      (one) => one?.requests === 4,
      "all are counted",
    );
    assert.deepEqual(sent, { namespace: "shop", name: "web", requests: 4, unanswered: 2 });
  });

  it("leaves a load alone that stays the same", async () => {
    generator.setLoads([load(10)]);
    await attacks(1);
    generator.setLoads([load(10), load(20, "cart")]);
    await attacks(2);
    generator.setLoads([load(10), load(30, "cart")]);
    await attacks(3);
    assert.deepEqual(rates(), ["10000/1000s", "20000/1000s", "30000/1000s"]);
  });

  it("counts on when a load changes", async () => {
    vegeta.set("results", "1795357892769000000,200,1,2\n");
    const counted = (count: number) =>
      eventually(
        () => generator.all(),
        ([sent]) => sent?.requests === count,
        `${count} are counted`,
      );
    generator.setLoads([load(10)]);
    await counted(1);
    const [first] = await attacks(1);
    generator.setLoads([load(20)]);
    await counted(2);
    assert.deepEqual(rates(), ["10000/1000s", "20000/1000s"]);
    await eventually(
      () => vegeta.interrupted(),
      ([pid]) => pid === first?.pid,
      "the first was interrupted",
    );
    assert.equal(generator.all().length, 1);
    assert.deepEqual(logged, []);
  });

  it("stops by an interrupt, upon which vegeta waits for its last answers, and the encoder ends with it", async () => {
    generator.setLoads([load(10)]);
    const [attack] = await attacks(1);
    const [encoder = ""] = await eventually(
      () => vegeta.encoders(),
      ({ length }) => length > 0,
      "an encoder runs",
    );
    generator.setLoads([]);
    await eventually(
      () => vegeta.interrupted(),
      ([pid]) => pid === attack?.pid,
      "it was interrupted",
    );
    await eventually(
      () => isAlive(Number.parseInt(encoder, 10)),
      (alive) => !alive,
      "the encoder has ended",
    );
    assert.deepEqual(logged, []);
  });

  /** Waits until the end of what was started is told, and the pause after it has begun. */
  const untilEnded = () => eventually(() => logged.length > 0 && resume !== undefined, Boolean, "the end is told");

  it("starts vegeta again when it ends by itself, and tells so", async () => {
    rmSync(join(folder, "goes-on"));
    generator.setLoads([load(10)]);
    await untilEnded();
    vegeta.set("goes-on", "");
    resume?.();
    await attacks(2);
    assert.deepEqual(logged, ["load on shop/web has ended (3); starting it again"]);
    assert.deepEqual(rates(), ["10000/1000s", "10000/1000s"]);
  });

  it("does not start a load again that is no longer wanted after the pause", async () => {
    rmSync(join(folder, "goes-on"));
    generator.setLoads([load(10)]);
    await untilEnded();
    vegeta.set("goes-on", "");
    generator.setLoads([]);
    resume?.();
    generator.setLoads([load(20, "cart")]);
    await attacks(2);
    assert.deepEqual(rates(), ["10000/1000s", "20000/1000s"]);
  });

  it("starts what changed in the pause once, as it is then", async () => {
    rmSync(join(folder, "goes-on"));
    generator.setLoads([load(10)]);
    await untilEnded();
    vegeta.set("goes-on", "");
    generator.setLoads([load(30)]);
    resume?.();
    await attacks(2);
    generator.setLoads([load(30), load(20, "cart")]);
    await attacks(3);
    assert.deepEqual(rates(), ["10000/1000s", "30000/1000s", "20000/1000s"]);
  });

  it("sends one request in a thousand seconds at least, since none a time is as many as can be to vegeta", async () => {
    generator.setLoads([load(0.0001)]);
    await attacks(1);
    assert.deepEqual(rates(), ["1/1000s"]);
  });

  it("stops to send when what counts the answers ends, and starts both again", async () => {
    generator.setLoads([load(10)]);
    const [attack] = await attacks(1);
    const [encoder = ""] = await eventually(
      () => vegeta.encoders(),
      ({ length }) => length > 0,
      "an encoder runs",
    );
    process.kill(Number.parseInt(encoder, 10), "SIGKILL");
    await untilEnded();
    assert.ok(!isAlive(attack?.pid ?? 0));
    resume?.();
    await attacks(2);
    assert.deepEqual(logged, ["load on shop/web has ended (SIGKILL); starting it again"]);
  });

  it("tries again when the programs cannot be started, and tells why", async () => {
    const { PATH } = process.env;
    process.env["PATH"] = folder;
    try {
      generator.setLoads([load(10)]);
      await untilEnded();
    } finally {
      process.env["PATH"] = PATH;
    }
    resume?.();
    await attacks(1);
    assert.deepEqual(logged, ["load on shop/web has ended (spawn setpriv ENOENT); starting it again"]);
  });

  it("stops all for good when the signal aborts", async () => {
    generator.setLoads([load(10)]);
    const [attack] = await attacks(1);
    stop.abort();
    await eventually(
      () => vegeta.interrupted(),
      ([pid]) => pid === attack?.pid,
      "it was interrupted",
    );
    generator.setLoads([load(20)]);
    const another = new LoadGenerator(vegeta.program, assert.fail, new AbortController().signal);
    another.setLoads([load(30, "cart")]);
    await attacks(2);
    another.setLoads([]);
    await eventually(
      () => isAlive(attack?.pid ?? 0),
      (alive) => !alive,
      "the attack has ended",
    );
    assert.deepEqual([rates(), logged], [["10000/1000s", "30000/1000s"], []]);
  });
});
