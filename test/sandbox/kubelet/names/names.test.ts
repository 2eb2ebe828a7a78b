import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { hostsFile } from "../../../../sandbox/kubelet/names/hostsFile";
import { NameFiles } from "../../../../sandbox/kubelet/names/nameFiles";
import { type NamedAddress, serviceNames } from "../../../../sandbox/kubelet/names/serviceNames";
import type { Pod } from "../../../../sandbox/kubelet/pods/pod";
import { FakeClock } from "../pods/fakeClock";

const service = (namespace: string, name: string, spec: V1Service["spec"]): V1Service => ({
  metadata: { namespace, name },
  spec,
});
const pod = (name: string, ip: string, more: { ready?: string; spec?: Partial<V1Pod["spec"]> } = {}): V1Pod => ({
  metadata: { namespace: "shop", name, labels: { app: "web" } },
  spec: { containers: [], ...more.spec },
  status: { podIP: ip, phase: "Running", conditions: [{ type: "Ready", status: more.ready ?? "True" }] },
});
const lines = (names: readonly NamedAddress[]): string[] => names.map((one) => [one.address, ...one.names].join(" "));

describe("the names of Services", () => {
  const web = service("shop", "web", { clusterIP: "127.150.0.5" });
  const selector = { app: "web" };
  const ofStatefulSet = { spec: { hostname: "web-0", subdomain: "peers" } };

  it("are short in their own namespace only", () => {
    const full = "127.150.0.5 web.shop.svc.cluster.local web.shop.svc web.shop";
    assert.deepEqual(lines(serviceNames([web], [], "shop")), [`${full} web`]);
    assert.deepEqual(lines(serviceNames([web], [], "other")), [full]);
  });

  it("of a headless one lead to its ready pods, and each of these has its own where it says so", () => {
    const peers = service("shop", "peers", { clusterIP: "None", selector });
    const pods = [
      pod("web-1", "127.1.0.3"),
      pod("web-0", "127.1.0.2", ofStatefulSet),
      pod("web-2", "127.1.0.4", { ready: "False" }),
    ];
    const named = "peers.shop.svc.cluster.local peers.shop.svc peers.shop";
    assert.deepEqual(lines(serviceNames([peers], pods, "other")), [
      `127.1.0.2 web-0.peers.shop.svc.cluster.local web-0.peers.shop.svc web-0.peers.shop ${named}`,
      `127.1.0.3 ${named}`,
    ]);
    const all = { ...peers, spec: { ...peers.spec, publishNotReadyAddresses: true } };
    assert.equal(serviceNames([all], pods, "other").length, 3);
  });

  it("are none of what has no address, and in an order of their own", () => {
    const outside = service("shop", "outside", { type: "ExternalName", externalName: "example.com" });
    const first = service("a", "z", { clusterIP: "127.150.0.9" });
    const found = serviceNames([web, outside, first], [], "x").map(({ address }) => address);
    assert.deepEqual(found, ["127.150.0.9", "127.150.0.5"]);
  });
});

describe("a pod's hosts file", () => {
  const client: Pod = { ...pod("client", "127.1.0.9"), metadata: { namespace: "shop", name: "client", uid: "u1" } };

  it("has the pod itself, its aliases, and the cluster's names", () => {
    const spec = { containers: [], subdomain: "peers", hostAliases: [{ ip: "127.9.9.9", hostnames: ["a", "b"] }] };
    const text = hostsFile({ ...client, spec }, "127.1.0.9", [{ address: "127.150.0.5", names: ["web.shop", "web"] }]);
    assert.deepEqual(text.split("\n").slice(1), [
      "127.0.0.1\tlocalhost",
      "127.1.0.9\tclient.peers.shop.svc.cluster.local client",
      "127.9.9.9\ta b",
      "127.150.0.5\tweb.shop web",
      "",
    ]);
  });

  it("follows the cluster in place, once for many changes, until the pod is forgotten", async () => {
    const folder = mkdtempSync(join(tmpdir(), "serin-names-"));
    try {
      const clock = new FakeClock();
      let asked = 0;
      let address = "127.150.0.250";
      const namesIn = (): NamedAddress[] => [{ address, names: [`web${(asked += 1)}`] }];
      const files = new NameFiles({ namesIn, clock, log: assert.fail });
      const mounts = files.mounts(client, "127.1.0.9", folder);
      assert.deepEqual(
        mounts.map(({ target }) => target),
        ["/etc/hosts", "/etc/nsswitch.conf", "/etc/resolv.conf"],
      );
      const { ino } = statSync(join(folder, "hosts"));
      address = "127.150.0.7";
      files.changed();
      files.changed();
      await clock.advance(100);
      assert.equal(asked, 2);
      assert.match(readFileSync(join(folder, "hosts"), "utf8"), /\n127\.150\.0\.7\tweb2\n$/);
      assert.equal(statSync(join(folder, "hosts")).ino, ino);
      files.forget(client);
      files.changed();
      await clock.advance(100);
      assert.equal(asked, 2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const [spec, count] of [
    [{ hostNetwork: true }, 0],
    [{ hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" }, 3],
    [{ dnsPolicy: "Default" }, 2],
  ] as const) {
    it(`stands with ${count} files in a pod with ${JSON.stringify(spec)}`, () => {
      const folder = mkdtempSync(join(tmpdir(), "serin-names-"));
      const files = new NameFiles({ namesIn: () => [], clock: new FakeClock(), log: assert.fail });
      const mounts = files.mounts({ ...client, spec: { containers: [], ...spec } }, "127.1.0.9", folder);
      rmSync(folder, { recursive: true });
      assert.equal(mounts.length, count);
    });
  }
});
