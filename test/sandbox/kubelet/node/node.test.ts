import assert from "node:assert/strict";
import axios from "axios";
import { KubernetesError } from "../../../../adapters/kubernetes/errors";
import { LEASES } from "../../../../adapters/kubernetes/paths";
import { keepAlive } from "../../../../sandbox/kubelet/node/heartbeat";
import { serveHealth } from "../../../../sandbox/kubelet/node/healthz";
import type { Machine, NodeObject } from "../../../../sandbox/kubelet/node/nodeObject";
import { addressPrefix, duration, taint } from "../../../../sandbox/kubelet/node/options";
import { Registration } from "../../../../sandbox/kubelet/node/registration";
import type { AddressInfo } from "node:net";
import { FakeKubernetes } from "../../../support/fakeKubernetes";
import { FakeClock } from "../pods/fakeClock";

const nodes = { apiVersion: "v1", plural: "nodes" };
const machine: Machine = {
  cpus: 2,
  memoryBytes: 4 * 1024 ** 3,
  architecture: "amd64",
  kernelVersion: "6.1",
  runtimeVersion: "fake://1",
};

interface LeaseObject {
  readonly spec: { readonly renewTime: string; readonly holderIdentity: string };
  readonly metadata: { readonly ownerReferences?: readonly { readonly name: string }[] };
}

describe("node of the kubelet", () => {
  let cluster: FakeKubernetes;
  let clock: FakeClock;
  let registration: Registration;
  beforeEach(() => {
    cluster = new FakeKubernetes();
    clock = new FakeClock();
    const taints = [{ key: "only", effect: "NoSchedule" as const }];
    registration = new Registration({ api: cluster.client(), name: "real", machine, taints, now: () => clock.now() });
  });

  const node = (): NodeObject => {
    const found = cluster.peek<NodeObject>(nodes, undefined, "real");
    assert.ok(found);
    return found;
  };
  const ready = () => node().status?.conditions?.find(({ type }) => type === "Ready");

  it("is made, with what the scheduler has to know", async () => {
    await registration.register();
    assert.deepEqual(node().metadata.labels, {
      "kubernetes.io/hostname": "real",
      "kubernetes.io/os": "linux",
      "kubernetes.io/arch": "amd64",
      "serin.dev/kubelet": "sandbox",
    });
    assert.deepEqual(node().spec?.taints, [{ key: "only", effect: "NoSchedule" }]);
    const { allocatable } = node().status as { allocatable?: object };
    assert.deepEqual(allocatable, { cpu: "2", memory: "4194304Ki", pods: "110" });
    assert.equal(ready()?.status, "True");
  });

  it("is adopted, and made Ready again, with its own labels and taints", async () => {
    const conditions = [
      { type: "Ready", status: "Unknown" },
      { type: "Other", status: "False" },
    ];
    cluster.put(nodes, { metadata: { name: "real", labels: { zone: "a" } }, spec: {}, status: { conditions } });
    await registration.register();
    assert.equal(node().metadata.labels?.["zone"], "a");
    assert.equal(node().metadata.labels?.["serin.dev/kubelet"], "sandbox");
    assert.deepEqual(
      node().status?.conditions?.map(({ type, status }) => [type, status]),
      [
        ["Other", "False"],
        ["Ready", "True"],
      ],
    );
    assert.equal(node().spec?.taints, undefined);
  });

  it("is not taken from kwok", async () => {
    cluster.put(nodes, { metadata: { name: "real", annotations: { "kwok.x-k8s.io/node": "fake" } } });
    await assert.rejects(registration.register(), /node 'real' is played by kwok/);
  });

  it("is registered with the first renewal, where the API server was away before", async () => {
    await registration.renew();
    assert.equal(ready()?.status, "True");
  });

  it("has a Lease that goes with it, and is renewed", async () => {
    await registration.register();
    await registration.renew();
    const lease = () => cluster.peek<LeaseObject>(LEASES, "kube-node-lease", "real");
    assert.deepEqual(
      lease()?.metadata.ownerReferences?.map(({ name }) => name),
      ["real"],
    );
    const first = lease()?.spec.renewTime;
    await clock.advance(10_000);
    await registration.renew();
    assert.notEqual(lease()?.spec.renewTime, first);
    assert.equal(lease()?.spec.holderIdentity, "real");
  });
});

describe("heartbeat", () => {
  it("comes every 10 s, and writes the node anew after an outage, and each 5 minutes", async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const done: string[] = [];
    const troubles: unknown[] = [];
    let isAway = false;
    const beat = (what: string) => async () => {
      if (isAway) throw new KubernetesError(0, "no answer");
      done.push(what);
    };
    keepAlive({ register: beat("node"), renew: beat("lease") }, clock, stop.signal, (error) => troubles.push(error));
    await clock.advance(20_000);
    assert.deepEqual(done, ["lease", "lease", "lease"]);
    isAway = true;
    await clock.advance(30_000);
    assert.equal(troubles.length, 1, "it is said once");
    isAway = false;
    await clock.advance(10_000);
    assert.deepEqual(done.slice(3), ["node", "lease"]);
    await clock.advance(300_000);
    assert.equal(done.filter((what) => what === "node").length, 2);
    stop.abort();
    assert.equal(clock.pending, 0);
  });
});

describe("health of the kubelet", () => {
  it("is told on the loopback address alone", async () => {
    let isHealthy = false;
    const server = await serveHealth(0, () => isHealthy);
    const { address, port } = server.address() as AddressInfo;
    assert.equal(address, "127.0.0.1");
    const ask = async (path: string) =>
      (await axios.get(`http://127.0.0.1:${port}${path}`, { validateStatus: () => true })).status;
    assert.equal(await ask("/healthz"), 503);
    isHealthy = true;
    assert.deepEqual([await ask("/healthz"), await ask("/other")], [200, 404]);
    server.closeAllConnections();
    server.close();
  });
});

describe("options of the kubelet", () => {
  it("are read", () => {
    assert.deepEqual(
      [duration("500ms"), duration("10s"), duration("1.5s"), duration("5m")],
      [500, 10_000, 1500, 300_000],
    );
    assert.deepEqual(taint("only=demo:NoSchedule"), [{ key: "only", value: "demo", effect: "NoSchedule" }]);
    assert.deepEqual(
      taint("b:NoExecute", taint("a:NoSchedule")).map(({ key }) => key),
      ["a", "b"],
    );
    assert.equal(addressPrefix("127.37.0"), "127.37.0");
  });

  for (const [read, texts] of [
    [duration, ["", "10", "0s", "-1s", "1d"]],
    [taint, ["key", "key:Never", ":NoSchedule", "a=b"]],
    [addressPrefix, ["127", "127.0.1", "127.256.1", "127.1.256", "10.1.1", "127.1", "127.1.2.3"]],
  ] as const) {
    it(`are refused where they are not as they must be: ${texts.join(", ")}`, () => {
      for (const text of texts) assert.throws(() => read(text), /It must be/);
    });
  }
});
