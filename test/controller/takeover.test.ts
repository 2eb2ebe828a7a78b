import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { isConflict } from "../../adapters/kubernetes/errors";
import { driverOf } from "../../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { ExperimentStore } from "../../adapters/kubernetes/experiments";
import { Lease, type LeaseObject } from "../../adapters/kubernetes/lease";
import { EXPERIMENTS, LEASES } from "../../adapters/kubernetes/paths";
import { Takeover } from "../../controller/takeover";
import { FakeKubernetes, type Wire } from "../support/fakeKubernetes";
import { VirtualClock } from "../support/virtualClock";
import { EXPERIMENT, experiment } from "../driver/simulation";
import { NAMESPACE } from "../support/objects";

const LEASE_NAME = `serin-${EXPERIMENT}`;

/** A release that a `pulumi up` drives, or drove, and a controller that may take it over. */
class House {
  readonly clock = new VirtualClock();
  readonly cluster = new FakeKubernetes(this.clock.now);
  readonly pulumi = this.lease("pulumi", 5e6);

  constructor() {
    this.cluster.put(EXPERIMENTS, experiment({ serin: { driver: "pulumi" } }));
  }

  controller(identity = "controller", wire: Wire = {}): Takeover {
    const api = this.cluster.client(wire);
    return new Takeover({
      api,
      store: new ExperimentStore(api),
      clock: this.clock.machine(identity.length * 1e6),
      identity,
      leaseOf: (namespace, name) => this.cluster.peek<LeaseObject>(LEASES, namespace, name),
    });
  }

  pass(ms: number): Promise<void> {
    return this.clock.run(this.clock.sleep(ms));
  }

  get record(): ExperimentResource {
    return this.cluster.peek<ExperimentResource>(EXPERIMENTS, NAMESPACE, EXPERIMENT) as ExperimentResource;
  }

  get holder(): string | undefined {
    return this.cluster.peek<LeaseObject>(LEASES, NAMESPACE, LEASE_NAME)?.spec?.holderIdentity;
  }

  /** Attempts until it succeeds. @returns how long that took, in ms */
  async attempts(takeover: Takeover, limitMs = 60_000): Promise<number> {
    const since = this.clock.now();
    for (;;) {
      const waitMs = await takeover.attempt(this.record);
      if (waitMs === 0) return this.clock.now() - since;
      ok(waitMs > 0 && waitMs <= 15_000, `${waitMs}`);
      if (this.clock.now() - since > limitMs) return Number.POSITIVE_INFINITY;
      await this.pass(waitMs);
    }
  }

  private lease(identity: string, offset: number): Lease {
    const { monotonic, now } = this.clock.machine(offset);
    const options = { namespace: NAMESPACE, name: LEASE_NAME, identity, durationSeconds: 10, monotonic, now };
    return new Lease(this.cluster.client(), options);
  }
}

describe("Takeover", () => {
  it("leaves a release to a `pulumi up` that lives", async () => {
    const house = new House();
    const takeover = house.controller();
    for (let i = 0; i < 100; i += 1) {
      await house.pulumi.acquire();
      strictEqual(await takeover.attempt(house.record), 1000);
      await house.pass(i % 2 ? 3000 : 7000);
    }
    strictEqual(driverOf(house.record), "pulumi");
    strictEqual(house.holder, "pulumi");
  });

  it("takes it over once the Lease has lapsed, by its own clock, and gives the Lease up", async () => {
    const house = new House();
    await house.pulumi.acquire();
    await house.pass(9000);
    const took = await house.attempts(house.controller());
    ok(took >= 10_000 && took <= 11_000, `${took} ms`);
    strictEqual(driverOf(house.record), "controller");
    strictEqual(house.holder, "");
  });

  it("waits a while where there is no Lease, or one that was given up: it may be about to be made", async () => {
    for (const isGivenUp of [false, true]) {
      const house = new House();
      if (isGivenUp) {
        await house.pulumi.acquire();
        await house.pulumi.release();
      }
      const took = await house.attempts(house.controller());
      ok(took >= 15_000 && took <= 16_000, `${took} ms`);
      strictEqual(driverOf(house.record), "controller");
    }
  });

  it("counts that while anew when somebody has held the Lease meanwhile", async () => {
    const house = new House();
    const takeover = house.controller();
    await takeover.attempt(house.record);
    await house.pass(14_000);
    await house.pulumi.acquire();
    await takeover.attempt(house.record);
    await house.pulumi.release();
    const took = await house.attempts(takeover);
    ok(took >= 15_000, `${took} ms`);
  });

  it("lets a `pulumi up` that comes back at the last moment win, or lose, and never both", async () => {
    const house = new House();
    await house.pulumi.acquire();
    let isRaced = false;
    const race: Wire = {
      before: async ({ kind, isWrite }) => {
        if (kind !== "leases" || !isWrite || isRaced) return;
        isRaced = true;
        strictEqual(await house.pulumi.acquire(), undefined);
      },
    };
    const takeover = house.controller("controller", race);
    await takeover.attempt(house.record);
    await house.pass(10_001);
    strictEqual(await takeover.attempt(house.record), 1000);
    strictEqual(driverOf(house.record), "pulumi");
    ok(isRaced && house.pulumi.isHeld());
  });

  it("does not take over what has been changed since it was read", async () => {
    const house = new House();
    const takeover = house.controller();
    const stale = house.record;
    await takeover.attempt(stale);
    await house.pass(15_000);
    house.cluster.edit<ExperimentResource>(EXPERIMENTS, NAMESPACE, EXPERIMENT, (one) => ({ ...one, action: "pause" }));
    await rejects(takeover.attempt(stale), isConflict);
    strictEqual(driverOf(house.record), "pulumi");
    strictEqual(await takeover.attempt(house.record), 0, "with the record as it is now it does");
  });

  it("forgets what it knew of an experiment", async () => {
    const house = new House();
    const takeover = house.controller();
    await takeover.attempt(house.record);
    await house.pass(15_000);
    takeover.forget(`${NAMESPACE}/${EXPERIMENT}`);
    strictEqual(await takeover.attempt(house.record), 15_000);
  });

  it("is one contender's, of two and a `pulumi up` that comes and goes", async () => {
    const deed = fc.tuple(
      fc.constantFrom("a", "bb", "renew", "release", "rest"),
      fc.constantFrom(0, 500, 3000, 11_000),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 40 }), async (deeds) => {
        const house = new House();
        const contenders = new Map(["a", "bb"].map((name) => [name, house.controller(name)]));
        const won: string[] = [];
        for (const [what, ms] of deeds) {
          const contender = contenders.get(what);
          const isTaken = driverOf(house.record) === "controller";
          if (contender && !isTaken) {
            const wasAlive = house.pulumi.isHeld();
            if ((await contender.attempt(house.record)) === 0) {
              won.push(what);
              strictEqual(wasAlive, false, "a live driver keeps its release");
            }
          }
          if (what === "renew") await house.pulumi.acquire();
          if (what === "release") await house.pulumi.release();
          await house.pass(ms);
        }
        ok(won.length <= 1, won.join());
        strictEqual(driverOf(house.record), won.length === 1 ? "controller" : "pulumi");
        deepStrictEqual(house.record.status, undefined);
      }),
    );
  });
});
