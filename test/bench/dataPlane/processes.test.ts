import assert from "node:assert/strict";
import { cpuByKind, kindOf, memoryByKind, totalOf } from "../../../bench/dataPlane/processes";

const use = (pid: number, kind: string, pssMiB: number, cpuMs: number) => ({ pid, kind, pssMiB, cpuMs });

describe("the sandbox's processes", () => {
  for (const [part, commandLine, kind] of [
    ["etcd", ["/opt/etcd", "--name=sandbox"], "etcd"],
    ["mesh", ["/opt/envoy", "--config-path", "/tmp/a/client.json"], "envoy"],
    ["mesh", ["/opt/vegeta", "encode"], "vegeta"],
    ["mesh", ["node", "/serin/dist/sandbox/dataplane/main.js", "--envoy", "/opt/envoy"], "mesh"],
    ["kubelet", ["node", "/serin/dist/sandbox/kubelet/main.js"], "kubelet"],
    ["kubelet", ["unshare", "--pid", "--", "node", "/serin/dist/sandbox/app/main.js", "--ports", ""], "pods"],
    ["watchdog", [], "watchdog"],
  ] as const) {
    it(`are named: ${part}, ${commandLine.join(" ")}`, () => assert.equal(kindOf(part, commandLine), kind));
  }
  it("have their memory by kind, the largest first", () => {
    const memory = memoryByKind([use(1, "etcd", 40, 0), use(2, "envoy", 25, 0), use(3, "envoy", 26, 0)]);
    assert.deepEqual(Object.entries(memory), [
      ["envoy", 51],
      ["etcd", 40],
    ]);
    assert.equal(totalOf(memory), 91);
  });
  it("have the processor time between two looks, of processes that are there at the second one", () => {
    const before = [use(1, "etcd", 0, 700), use(2, "pods", 0, 300), use(3, "pods", 0, 50)];
    const after = [use(1, "etcd", 0, 720), use(2, "pods", 0, 330), use(4, "pods", 0, 60)];
    assert.deepEqual(cpuByKind(before, after), { pods: 90, etcd: 20 });
  });
});
