import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Readable } from "node:stream";
import fc from "fast-check";
import type { KubernetesClient } from "../../adapters/kubernetes/client";
import { KubernetesError } from "../../adapters/kubernetes/errors";
import { Lease, type LeaseObject } from "../../adapters/kubernetes/lease";
import { LEASES } from "../../adapters/kubernetes/paths";
import { electLeader } from "../../controller/election";
import type { Clock } from "../../driver/world";
import { FakeKubernetes } from "../support/fakeKubernetes";
import { VirtualClock } from "../support/virtualClock";
import { virtualTimers } from "./timers";

/** A cluster with a Lease, and processes that want to lead. */
class House {
  readonly clock = new VirtualClock();
  readonly restore = virtualTimers(this.clock);
  readonly cluster = new FakeKubernetes(this.clock.now);
  readonly electors: Elector[] = [];

  start(random: () => number = () => 0.5): Elector {
    const elector = new Elector(this, `process-${this.electors.length + 1}`, random);
    this.electors.push(elector);
    return elector;
  }

  pass(ms: number): Promise<void> {
    return this.clock.run(this.clock.sleep(ms));
  }

  get lease(): LeaseObject | undefined {
    return this.cluster.peek<LeaseObject>(LEASES, "iter8", "leader");
  }

  get leaders(): string[] {
    return this.electors.filter(({ lease }) => lease.isHeld()).map(({ identity }) => identity);
  }

  async close(): Promise<void> {
    for (const { stop } of this.electors) stop.abort();
    for (const elector of this.electors) {
      elector.thaw();
      elector.isDown = false;
      await this.clock.run(elector.running);
    }
    this.restore();
  }
}

/** A process, with a machine of its own, that can be paused. */
class Elector {
  readonly stop = new AbortController();
  readonly states: string[] = [];
  readonly renewals: number[] = [];
  readonly lease: Lease;
  readonly running: Promise<void>;
  isBusy = false;
  isDown = false;
  latency = 0;
  /** How long the last work takes once the term is over, in ms. */
  windDown = 0;
  private frozen: Promise<void> | undefined;
  thaw: () => void = () => undefined;

  constructor(
    private readonly house: House,
    readonly identity: string,
    random: () => number,
  ) {
    const machine = house.clock.machine(Number(identity.slice(-1)) * 1e7);
    const clock: Clock = { ...machine, sleep: (ms) => machine.sleep(ms).then(() => this.frozen) };
    const delay = async () => {
      await clock.sleep(this.latency * random());
      if (this.isDown) throw new KubernetesError(0, "nobody answers");
    };
    const api = house.cluster.client({
      before: async (call) => {
        await delay();
        if (call.isWrite) this.renewals.push(house.clock.now());
      },
      after: delay,
    });
    const client = Object.assign(api, { page: () => this.page(), watch: this.watch }) as KubernetesClient;
    const { now, monotonic } = machine;
    this.lease = new Lease(client, {
      namespace: "iter8",
      name: "leader",
      identity,
      durationSeconds: 10,
      monotonic,
      now,
    });
    this.running = electLeader(
      {
        client,
        lease: this.lease,
        namespace: "iter8",
        name: "leader",
        clock,
        isBusy: () => this.isBusy,
        onChange: (state, holder) => {
          if (holder !== "") this.states.push(holder ? `${state} ${holder}` : state);
        },
        lead: async (signal) => {
          while (!signal.aborted) await clock.sleep(50);
          await clock.sleep(this.windDown);
          if (this.windDown > 0) this.lease.assertHeld();
        },
      },
      this.stop.signal,
    );
  }

  freeze(): void {
    this.frozen ??= new Promise((resolve) => {
      this.thaw = () => {
        this.frozen = undefined;
        resolve();
      };
    });
  }

  private async page() {
    if (this.isDown) throw new KubernetesError(0, "nobody answers");
    const items = this.house.cluster.all<LeaseObject>(LEASES);
    return { items, resourceVersion: items[0]?.metadata.resourceVersion ?? "1" };
  }

  private readonly watch: KubernetesClient["watch"] = async (_collection, _scope, version, { signal }) => {
    if (this.isDown) throw new KubernetesError(0, "nobody answers");
    const stream = new Readable({ read: () => undefined, signal });
    let last = version;
    const tell = () => {
      const { lease } = this.house;
      if (lease === undefined || lease.metadata.resourceVersion === last || stream.destroyed) return;
      last = lease.metadata.resourceVersion ?? last;
      stream.push(`${JSON.stringify({ type: "MODIFIED", object: lease })}\n`);
    };
    tell();
    this.house.cluster.onWrite(() => void (this.frozen ?? Promise.resolve()).then(tell));
    return stream;
  };
}

describe("electLeader", () => {
  let house: House;
  beforeEach(() => (house = new House()));
  afterEach(() => house.close());

  it("makes the first the leader, and has the second stand by", async () => {
    const first = house.start();
    await house.pass(1000);
    const second = house.start();
    await house.pass(60_000);
    deepStrictEqual(first.states, ["leading"]);
    deepStrictEqual(second.states, ["standby process-1"]);
    deepStrictEqual(house.leaders, ["process-1"]);
  });

  it("renews at leisure while there is nothing to do, and at once and often when there is", async () => {
    const leader = house.start();
    await house.pass(60_000);
    ok(leader.renewals.length <= 7, `${leader.renewals.length} in a minute`);
    strictEqual(house.lease?.spec?.leaseDurationSeconds, 30);
    const from = leader.renewals.length;
    const since = house.clock.now();
    leader.isBusy = true;
    await house.pass(500);
    strictEqual(house.lease.spec.leaseDurationSeconds, 10);
    ok((leader.renewals[from] as number) - since <= 500);
    await house.pass(30_000);
    const gaps = leader.renewals.slice(from + 1).map((at, i) => at - (leader.renewals[from + i] as number));
    ok(gaps.length >= 9 && Math.max(...gaps) <= 3500, String(gaps));
    leader.isBusy = false;
    await house.pass(60_000);
    strictEqual(house.lease.spec.leaseDurationSeconds, 30);
    deepStrictEqual(leader.states, ["leading"]);
  });

  it("has the standby take over once the leader's Lease has lapsed, and the leader know it before", async () => {
    const first = house.start();
    first.isBusy = true;
    await house.pass(5000);
    const second = house.start();
    await house.pass(5000);
    first.isDown = true;
    const since = house.clock.now();
    while (!second.states.includes("leading")) {
      await house.pass(50);
      ok(house.leaders.length <= 1, house.leaders.join());
      ok(house.clock.now() - since < 15_000, "takes over in time");
    }
    ok(house.clock.now() - since > 6500, `not before it has lapsed: ${house.clock.now() - since} ms`);
    ok(first.states.includes("lost") || house.clock.now() - since < 10_300);
    first.isDown = false;
    await house.pass(10_000);
    strictEqual(first.states.at(-1), "standby process-2");
  });

  it("hands over at once when the leader ends in good order", async () => {
    const first = house.start();
    await house.pass(1000);
    const second = house.start();
    await house.pass(1000);
    first.stop.abort();
    await house.clock.run(first.running);
    await house.pass(1000);
    deepStrictEqual(second.states, ["standby process-1", "leading"]);
    deepStrictEqual(first.states, ["leading"]);
  });

  it("keeps the Lease until what was under way at the end is done", async () => {
    const first = house.start();
    first.isBusy = true;
    first.windDown = 25_000;
    await house.pass(5000);
    const second = house.start();
    await house.pass(5000);
    first.stop.abort();
    await house.pass(24_000);
    deepStrictEqual(house.leaders, ["process-1"]);
    await house.clock.run(first.running);
    await house.pass(1000);
    strictEqual(second.states.at(-1), "leading");
  });

  it("takes a Lease that somebody has deleted again", async () => {
    house.start();
    await house.pass(1000);
    house.cluster.drop(LEASES, "iter8", "leader");
    await house.pass(30_000);
    strictEqual(house.lease?.spec?.holderIdentity, "process-1");
  });

  it("ends the term of a leader that was paused for too long, even if nobody took its place", async () => {
    const leader = house.start();
    leader.isBusy = true;
    await house.pass(5000);
    leader.freeze();
    await house.pass(20_000);
    leader.thaw();
    await house.pass(2000);
    deepStrictEqual(leader.states, ["leading", "lost", "leading"]);
  });

  it("goes on through a short fault of the API server", async () => {
    const leader = house.start();
    leader.isBusy = true;
    await house.pass(5000);
    leader.isDown = true;
    await house.pass(4000);
    leader.isDown = false;
    await house.pass(20_000);
    deepStrictEqual(leader.states, ["leading"]);
  });

  it("never has two leaders, whatever is slow, paused or cut off", async () => {
    const deed = fc.record({
      who: fc.nat(1),
      what: fc.constantFrom("freeze", "thaw", "down", "up", "busy", "idle", "slow", "fast"),
      ms: fc.constantFrom(10, 300, 2000, 7000, 13_000),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(deed, { maxLength: 25 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 9 }),
        async (deeds, draws) => {
          house.restore();
          house = new House();
          let n = 0;
          const random = () => draws[(n += 1) % draws.length] as number;
          for (let i = 0; i < 2; i += 1) house.start(random);
          house.cluster.onWrite(() => ok(house.leaders.length <= 1, house.leaders.join()));
          for (const { who, what, ms } of deeds) {
            const elector = house.electors[who] as Elector;
            if (what === "freeze") elector.freeze();
            if (what === "thaw") elector.thaw();
            if (what === "down" || what === "up") elector.isDown = what === "down";
            if (what === "busy" || what === "idle") elector.isBusy = what === "busy";
            if (what === "slow" || what === "fast") elector.latency = what === "slow" ? 6000 : 0;
            for (let passed = 0; passed < ms; passed += 250) {
              await house.pass(Math.min(250, ms));
              ok(house.leaders.length <= 1, `${house.leaders.join(" and ")} lead`);
            }
          }
          for (const elector of house.electors) {
            elector.thaw();
            elector.isDown = false;
            elector.latency = 0;
          }
          await house.pass(80_000);
          strictEqual(house.leaders.length, 1, "somebody leads in the end");
          await house.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});
