import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { KubernetesError } from "../../../adapters/kubernetes/errors";
import { Informer } from "../../../adapters/kubernetes/informer";
import { EXPERIMENTS } from "../../../adapters/kubernetes/paths";
import { FakeWatch, type Thing } from "../../controller/fakeWatch";
import { virtualTimers } from "../../controller/timers";
import { VirtualClock } from "../../support/virtualClock";

/** An informer of a fake API server, in virtual time. */
class House {
  readonly clock = new VirtualClock();
  readonly server = new FakeWatch();
  readonly told: string[] = [];
  readonly trouble: string[] = [];
  readonly stop = new AbortController();
  readonly informer = new Informer<Thing>({
    client: this.server.client,
    collection: EXPERIMENTS,
    clock: this.clock.machine(),
    random: () => 0.5,
    onTrouble: (text) => this.trouble.push(text),
    onChange: (now, before) => this.told.push(`${before?.value ?? "-"}>${now?.value ?? "-"}`),
  });
  running: Promise<void> = Promise.resolve();

  private readonly restore = virtualTimers(this.clock);

  constructor() {
    open.push(this);
    for (const name of ["a", "b", "c"]) this.server.set(name, `${name}1`);
  }

  start(): this {
    this.running = this.informer.run(this.stop.signal);
    return this;
  }

  pass(ms: number): Promise<void> {
    return this.clock.run(this.clock.sleep(ms));
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.clock.run(this.running);
    this.restore();
  }

  get values(): (string | undefined)[] {
    return [...this.informer.cache.values()].map(({ value }) => value).sort();
  }

  get watches(): string[] {
    return this.server.asked.filter((request) => request.startsWith("watch"));
  }
}

const open: House[] = [];

describe("Informer", () => {
  afterEach(async () => {
    for (const house of open.splice(0)) await house.close();
  });

  it("lists in pages, and is complete only then", async () => {
    const house = new House().start();
    strictEqual(house.informer.isSynced, false);
    await house.clock.run(house.informer.synced);
    strictEqual(house.informer.isSynced, true);
    await house.pass(1);
    deepStrictEqual(house.server.asked, ["page first", "page 2", "watch 13"]);
    deepStrictEqual(house.told, ["->a1", "->b1", "->c1"]);
  });

  it("tells of each change, in order, and of none of its own", async () => {
    const house = new House().start();
    await house.pass(1);
    house.server.set("a", "a2");
    house.server.remove("b");
    house.server.set("d", "d1");
    await house.pass(1);
    house.informer.cache.remember({ metadata: { name: "d", namespace: "n", resourceVersion: "17" }, value: "d2" });
    house.server.set("d", "d2");
    await house.pass(1);
    deepStrictEqual(house.told.slice(3), ["a1>a2", "b1>-", "->d1"]);
    deepStrictEqual(house.values, ["a2", "c1", "d2"]);
  });

  for (const how of ["end", "breakOff"] as const) {
    it(`goes on where it was after ${how === "end" ? "a normal end" : "a broken connection"}`, async () => {
      const house = new House().start();
      await house.pass(10_000);
      house.server.set("a", "a2");
      await house.pass(1);
      house.server[how]();
      house.server.set("a", "a3");
      await house.pass(1000);
      deepStrictEqual(house.server.asked, ["page first", "page 2", "watch 13", "watch 14"]);
      deepStrictEqual(house.told.slice(3), ["a1>a2", "a2>a3"]);
      deepStrictEqual(house.trouble, how === "end" ? [] : ["connection reset"]);
    });
  }

  it("goes on from a bookmark, which is no change", async () => {
    const house = new House().start();
    await house.pass(10_000);
    house.server.push({ type: "BOOKMARK", object: { metadata: { resourceVersion: "99" } } });
    await house.pass(1);
    house.server.end();
    await house.pass(1);
    deepStrictEqual(house.watches, ["watch 13", "watch 99"]);
    strictEqual(house.told.length, 3);
  });

  it("leaves a watch that has fallen silent, and says so", async () => {
    const house = new House().start();
    for (let i = 0; i < 4; i += 1) {
      await house.pass(100_000);
      house.server.bookmark();
    }
    await house.pass(149_000);
    strictEqual(house.watches.length, 1);
    house.server.set("a", "a2");
    house.server.streams.length = 0; // what comes from now on is lost on the way
    await house.pass(149_000);
    house.server.set("a", "a3");
    await house.pass(2000);
    deepStrictEqual(house.watches, ["watch 13", "watch 14"]);
    deepStrictEqual(house.trouble, ["the watch has fallen silent"]);
    deepStrictEqual(house.told.slice(3), ["a1>a2", "a2>a3"]);
  });

  it("lists anew where the API server has forgotten, be it told in the watch or in its place", async () => {
    for (const inStream of [true, false]) {
      const house = new House().start();
      await house.pass(10_000);
      house.server.compact();
      const expired = { kind: "Status", code: 410, message: "too old resource version" };
      if (inStream) house.server.push({ type: "ERROR", object: expired });
      house.server.breakOff();
      house.server.set("a", "a2");
      house.server.remove("b");
      house.server.compact();
      await house.pass(1000);
      deepStrictEqual(house.told.slice(3).sort(), ["a1>a2", "b1>-"]);
      deepStrictEqual(house.values, ["a2", "c1"]);
      strictEqual(house.server.asked.at(-1), "watch 15");
      ok(!house.trouble.some((text) => text.includes("too old")), "nothing unusual");
    }
  });

  it("begins a list anew whose later page is not known any more", async () => {
    const house = new House();
    house.server.meet = (verb, nth) =>
      verb === "page" && nth === 2 ? new KubernetesError(410, "the continue token has expired") : undefined;
    house.start();
    await house.pass(1000);
    deepStrictEqual(house.server.asked, ["page first", "page 2", "page first", "page 2", "watch 13"]);
    deepStrictEqual(house.values, ["a1", "b1", "c1"]);
    deepStrictEqual(house.trouble, []);
  });

  for (const verb of ["page", "watch"] as const) {
    it(`tries a ${verb} that fails again, ever more slowly, and says so once`, async () => {
      const house = new House();
      const at: number[] = [];
      let isDown = true;
      house.server.meet = (met) => {
        if (met !== verb || !isDown) return undefined;
        at.push(house.clock.now());
        return new KubernetesError(at.length % 2 ? 500 : 0, "unwell");
      };
      house.start();
      await house.pass(60_000);
      const waits = at.slice(1).map((time, i) => time - (at[i] as number));
      deepStrictEqual(waits.slice(0, 9), [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000]);
      deepStrictEqual(house.trouble, ["unwell"]);
      isDown = false;
      await house.pass(20_000);
      deepStrictEqual(house.values, ["a1", "b1", "c1"]);
      isDown = true;
      house.server.meet = () => new KubernetesError(503, "unwell again");
      house.server.end();
      await house.pass(60_000);
      deepStrictEqual(house.trouble, ["unwell", "unwell again"], "once each time it begins");
    });
  }

  it("says that it may not, or that it asks for nonsense, and does not go on in silence", async () => {
    for (const status of [400, 403]) {
      const house = new House();
      house.server.meet = () => new KubernetesError(status, "refused");
      house.start();
      await house.pass(60_000);
      deepStrictEqual(house.trouble, ["refused"]);
    }
  });

  it("does not ask in a busy loop a server that ends each watch at once", async () => {
    const house = new House().start();
    await house.pass(1);
    const ending = house.clock.run(
      (async () => {
        for (let i = 0; i < 6000; i += 1) {
          house.server.end();
          await house.clock.sleep(10);
        }
      })(),
    );
    await ending;
    ok(house.watches.length < 25, `${house.watches.length} watches in a minute`);
    deepStrictEqual(house.trouble, [], "each of them ends in good order");
  });

  it("understands changes that come in pieces, together, and in any language", async () => {
    const house = new House().start();
    await house.pass(1);
    const event = (version: number, value: string): string =>
      `${JSON.stringify({ type: "MODIFIED", object: { metadata: { name: "a", namespace: "n", resourceVersion: String(version) }, value } })}\n`;
    const bytes = Buffer.from(event(20, "überprüft 🐤") + event(21, "second") + event(22, "third"));
    for (const byte of bytes.subarray(0, 150)) house.server.write(Buffer.from([byte]));
    house.server.write(bytes.subarray(150));
    house.server.write(event(23, "never complete").slice(0, -9));
    await house.pass(1);
    house.server.end();
    await house.pass(1000);
    deepStrictEqual(house.told.slice(3), ["a1>überprüft 🐤", "überprüft 🐤>second", "second>third"]);
    strictEqual(house.watches.at(-1), "watch 22");
  });

  it("takes a line that is none for a broken watch", async () => {
    const house = new House().start();
    await house.pass(1);
    house.server.write("<html>bad gateway</html>\n");
    house.server.set("a", "a2");
    await house.pass(1000);
    strictEqual(house.trouble.length, 1);
    deepStrictEqual(house.told.slice(3), ["a1>a2"]);
    strictEqual(house.server.streams.length, 1, "the broken one is closed");
  });

  it("stops at once, whatever it waits for", async () => {
    const stuck = new Promise<never>(() => undefined);
    const waits: readonly ((house: House) => void)[] = [
      () => undefined, // a watch
      (house) => (house.server.meet = () => new KubernetesError(500, "unwell")), // its next try
      (house) => Object.assign(house.server.client, { page: () => stuck }), // a list without an answer
    ];
    for (const prepare of waits) {
      const house = new House();
      prepare(house);
      house.start();
      await house.pass(60_000);
      const since = house.clock.now();
      const asked = house.server.asked.length;
      house.stop.abort();
      await house.clock.run(house.running);
      ok(house.clock.now() - since <= 250, `${house.clock.now() - since} ms`);
      await house.pass(60_000);
      strictEqual(house.server.asked.length, asked);
      strictEqual(house.server.streams.length, 0);
    }
  });
});
