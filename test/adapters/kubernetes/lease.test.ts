import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { KubernetesError } from "../../../adapters/kubernetes/errors";
import { Lease, LEASE_LABELS, LeaseLostError, seemsHeld } from "../../../adapters/kubernetes/lease";
import { LEASES } from "../../../adapters/kubernetes/paths";
import { FakeKubernetes, type Wire } from "../../support/fakeKubernetes";

const DURATION_MS = 15_000;

interface LeaseObject {
  readonly metadata: { readonly ownerReferences?: unknown };
  readonly spec: {
    readonly holderIdentity: string;
    readonly leaseTransitions: number;
    readonly acquireTime: string;
    readonly renewTime: string;
    readonly leaseDurationSeconds: number;
  };
}

/** A machine with a clock of its own, that a test sets. */
class Machine {
  time: number;
  readonly lease: Lease;

  constructor(
    readonly api: FakeKubernetes,
    identity: string,
    {
      begin = 0,
      wire,
      durationSeconds = DURATION_MS / 1000,
    }: { begin?: number; wire?: Wire; durationSeconds?: number } = {},
  ) {
    this.time = begin;
    const monotonic = () => this.time;
    const owner = { apiVersion: "v1", kind: "X", name: "x", uid: "u" };
    const now = () => Date.UTC(2030, 0, 1) + this.time;
    const options = { namespace: "default", name: "serin-x", identity, durationSeconds, monotonic, now, owner };
    this.lease = new Lease(api.client(wire), options);
  }
}

function stored(api: FakeKubernetes): LeaseObject | undefined {
  return api.peek<LeaseObject>(LEASES, "default", "serin-x");
}

describe("Lease", () => {
  it("is taken by the first, who holds it until it lapses", async () => {
    const api = new FakeKubernetes();
    const a = new Machine(api, "a", { begin: 500 });
    strictEqual(a.lease.isHeld(), false);
    throws(() => a.lease.assertHeld(), LeaseLostError);
    strictEqual(await a.lease.acquire(), undefined);
    strictEqual(a.lease.isHeld(), true);
    a.time = 500 + DURATION_MS - 1;
    a.lease.assertHeld();
    a.time = 500 + DURATION_MS;
    strictEqual(a.lease.isHeld(), false);
    strictEqual(stored(api)?.spec.holderIdentity, "a");
    deepStrictEqual(stored(api)?.metadata.ownerReferences, [{ apiVersion: "v1", kind: "X", name: "x", uid: "u" }]);
  });

  it("is kept by renewing, which is no new transition", async () => {
    const api = new FakeKubernetes();
    const [a, b] = [new Machine(api, "a"), new Machine(api, "b", { begin: 1e9 })];
    await a.lease.acquire();
    const acquired = stored(api)?.spec.acquireTime;
    for (let i = 0; i < 20; i += 1) {
      a.time += a.lease.renewEveryMs;
      b.time += a.lease.renewEveryMs;
      strictEqual(await a.lease.acquire(), undefined);
      strictEqual(await b.lease.acquire(), "a");
    }
    strictEqual(stored(api)?.spec.acquireTime, acquired);
    strictEqual(stored(api)?.spec.leaseTransitions, 0);
  });

  it("is taken over only after its whole duration by the observer's own clock", async () => {
    const api = new FakeKubernetes();
    const [a, b] = [new Machine(api, "a"), new Machine(api, "b", { begin: 7e11 })];
    await a.lease.acquire();
    a.time += 10 * DURATION_MS; // a's clock means nothing to b
    strictEqual(await b.lease.acquire(), "a");
    b.time += DURATION_MS - 1;
    strictEqual(await b.lease.acquire(), "a");
    b.time += 1;
    strictEqual(await b.lease.acquire(), undefined);
    strictEqual(stored(api)?.spec.leaseTransitions, 1);
    strictEqual(stored(api)?.spec.holderIdentity, "b");
  });

  it("goes by the duration that the holder wrote, not by the observer's", async () => {
    const api = new FakeKubernetes();
    const [a, b] = [new Machine(api, "a", { durationSeconds: 60 }), new Machine(api, "b", { durationSeconds: 1 })];
    await a.lease.acquire();
    await b.lease.acquire();
    b.time += 59_999;
    strictEqual(await b.lease.acquire(), "a");
    b.time += 1;
    strictEqual(await b.lease.acquire(), undefined);
  });

  it("never trusts the times of another machine", async () => {
    const api = new FakeKubernetes();
    const [a, b] = [new Machine(api, "a"), new Machine(api, "b")];
    await a.lease.acquire();
    api.edit<LeaseObject>(LEASES, "default", "serin-x", (one) => ({
      ...one,
      spec: { ...one.spec, renewTime: "1999-01-01T00:00:00.000000Z", acquireTime: "1999-01-01T00:00:00.000000Z" },
    }));
    strictEqual(await b.lease.acquire(), "a");
  });

  it("never has two holders, whenever they ask", async () => {
    const api = new FakeKubernetes();
    const [a, b] = [new Machine(api, "a"), new Machine(api, "b", { begin: 123 })];
    for (let i = 0; i < 400; i += 1) {
      const ms = (i * 7919) % 9000;
      a.time += ms;
      b.time += ms;
      if (i % 3 !== 0) await a.lease.acquire();
      if (i % 4 !== 1) await b.lease.acquire();
      ok(!(a.lease.isHeld() && b.lease.isHeld()), `at ${a.time}`);
    }
  });

  it("counts from before the request that took it, however long that took", async () => {
    const slow: Wire = { after: (call) => void (call.isWrite && (a.time += 14_000)) };
    const a: Machine = new Machine(new FakeKubernetes(), "a", { wire: slow });
    await a.lease.acquire();
    a.time += 999;
    strictEqual(a.lease.isHeld(), true);
    a.time += 1;
    strictEqual(a.lease.isHeld(), false);
  });

  it("is lost to whoever was faster", async () => {
    const api = new FakeKubernetes();
    const b = new Machine(api, "b");
    const a = new Machine(api, "a", {
      wire: { before: async ({ isWrite }) => void (isWrite && (await b.lease.acquire())) },
    });
    strictEqual(await a.lease.acquire(), "another process, which was faster");
    strictEqual(a.lease.isHeld(), false);
    strictEqual(b.lease.isHeld(), true);
  });

  it("survives a fault of the API server while it lasts, and no longer", async () => {
    let down = false;
    const fail = () => {
      if (down) throw new KubernetesError(503, "down");
    };
    const a = new Machine(new FakeKubernetes(), "a", { wire: { before: fail } });
    await a.lease.acquire();
    down = true;
    a.time += 10_000;
    strictEqual(await a.lease.acquire(), undefined);
    a.time += 5000;
    await rejects(a.lease.acquire(), /down/);
    strictEqual(a.lease.isHeld(), false);
  });

  it("passes refusals on", async () => {
    const forbid = () => {
      throw new KubernetesError(403, "forbidden");
    };
    await rejects(new Machine(new FakeKubernetes(), "a", { wire: { before: forbid } }).lease.acquire(), /forbidden/);
  });

  it("once given up is there for the next at once", async () => {
    const api = new FakeKubernetes();
    const [a, b] = [new Machine(api, "a"), new Machine(api, "b")];
    await a.lease.acquire();
    await a.lease.release();
    strictEqual(a.lease.isHeld(), false);
    strictEqual(await b.lease.acquire(), undefined);
    strictEqual(stored(api)?.spec.leaseTransitions, 1);
    await a.lease.release();
    strictEqual(stored(api)?.spec.holderIdentity, "b");
  });

  it("is held for as long as was last asked for, and others go by that too", async () => {
    const api = new FakeKubernetes();
    const [a, b] = [new Machine(api, "a"), new Machine(api, "b", { begin: 5 })];
    await a.lease.acquire();
    a.lease.duration = 30;
    await a.lease.acquire();
    strictEqual(stored(api)?.spec.leaseDurationSeconds, 30);
    strictEqual(a.lease.renewEveryMs, 10_000);
    await b.lease.acquire();
    a.time += 29_999;
    b.time += 29_999;
    strictEqual(a.lease.isHeld(), true);
    strictEqual(await b.lease.acquire(), "a");
    a.lease.duration = 10;
    await a.lease.acquire();
    strictEqual(await b.lease.acquire(), "a");
    b.time += 10_000;
    strictEqual(await b.lease.acquire(), undefined);
    a.time += 10_000;
    strictEqual(a.lease.isHeld(), false);
  });

  it("is told from others' by its labels", async () => {
    const api = new FakeKubernetes();
    await new Machine(api, "a").lease.acquire();
    deepStrictEqual(api.peek<{ metadata: { labels: unknown } }>(LEASES, "default", "serin-x")?.metadata.labels, {
      ...LEASE_LABELS,
    });
  });

  it("lapses from when it was last seen to change, however that was seen", async () => {
    const api = new FakeKubernetes();
    const [a, b] = [new Machine(api, "a"), new Machine(api, "b", { begin: 1e9 })];
    await a.lease.acquire();
    const seen = () => api.peek<Parameters<Lease["sight"]>[0]>(LEASES, "default", "serin-x") as never;
    strictEqual(b.lease.hasLapsed(seen()), false);
    b.time += DURATION_MS - 1;
    b.lease.sight(seen());
    strictEqual(b.lease.hasLapsed(seen()), false);
    b.time += 1;
    b.lease.sight(seen());
    strictEqual(b.lease.hasLapsed(seen()), true, "seeing the same again is no sign of life");
    a.time += 1;
    await a.lease.acquire();
    b.lease.sight(seen());
    strictEqual(b.lease.hasLapsed(seen()), false);
  });

  it("that its holder finds changed is renewed where it is still his, and made again where it is gone", async () => {
    const api = new FakeKubernetes();
    const a = new Machine(api, "a");
    await a.lease.acquire();
    api.edit<LeaseObject>(LEASES, "default", "serin-x", (one) => ({ ...one, note: "somebody was here" }));
    strictEqual(await a.lease.acquire(), undefined);
    strictEqual(stored(api)?.spec.leaseTransitions, 0);
    api.drop(LEASES, "default", "serin-x");
    strictEqual(await a.lease.acquire(), undefined);
    strictEqual(stored(api)?.spec.holderIdentity, "a");
  });
});

describe("seemsHeld", () => {
  const now = Date.UTC(2030, 0, 1);
  const lease = (spec: object) => ({ metadata: { name: "x" }, spec });
  const held = { holderIdentity: "a", leaseDurationSeconds: 10, renewTime: "2030-01-01T00:00:00.000000Z" };
  const cases: readonly (readonly [what: string, expected: boolean, spec: object | undefined, later: number])[] = [
    ["one just renewed", true, held, 0],
    ["one whose time, and a little more, is not over", true, held, 11_999],
    ["one whose time is over", false, held, 12_000],
    ["one that was given up", false, { ...held, holderIdentity: "" }, 0],
    ["one that says nothing", false, {}, 0],
    ["none", false, undefined, 0],
    ["one without a time", false, { holderIdentity: "a" }, 0],
    ["one with a time that is none", false, { ...held, renewTime: "soon" }, 0],
    ["one of a clock that goes ahead", true, held, -60_000],
  ];
  for (const [what, expected, spec, later] of cases) {
    it(`${expected ? "is" : "is not"} so of ${what}`, () => {
      strictEqual(seemsHeld(spec && lease(spec), now + later), expected);
    });
  }
});
