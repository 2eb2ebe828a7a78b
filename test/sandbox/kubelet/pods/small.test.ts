import assert from "node:assert/strict";
import { Addresses } from "../../../../sandbox/kubelet/pods/addresses";
import { afterFailures, afterRun, kubeletBackoff } from "../../../../sandbox/kubelet/pods/backoff";
import { graceMsOf, type Pod } from "../../../../sandbox/kubelet/pods/pod";
import { complaintsAbout, unsupportedIn } from "../../../../sandbox/kubelet/pods/unsupported";
import { container, podWith } from "./builders";

describe("wait before a restart", () => {
  it("is none, then 10 s, doubles up to 5 minutes, and is none again after a long run", () => {
    const waits: number[] = [];
    let delayMs = 0;
    for (const ranMs of [0, 0, 0, 0, 0, 0, 0, 0, 599_999, 600_000, 0]) {
      const { waitMs, nextDelayMs } = afterRun(kubeletBackoff, delayMs, ranMs);
      waits.push(waitMs / 1000);
      delayMs = nextDelayMs;
    }
    assert.deepEqual(waits, [0, 10, 20, 40, 80, 160, 300, 300, 300, 0, 10]);
  });

  it("doubles with each failure in a row", () => {
    assert.deepEqual(
      [1, 2, 3, 99].map((count) => afterFailures(kubeletBackoff, count)),
      [10_000, 20_000, 40_000, 300_000],
    );
  });
});

describe("addresses of pods", () => {
  it("begin at PREFIX.2, and are nobody else's while in use", () => {
    const addresses = new Addresses("127.1.0");
    assert.deepEqual([addresses.take("a"), addresses.take("b")], ["127.1.0.2", "127.1.0.3"]);
    assert.equal(addresses.take("b"), "127.1.0.3", "asked for again by the same pod");
    addresses.release("a");
    assert.equal(addresses.take("c"), "127.1.0.4");
    assert.equal(addresses.take("d", "127.1.0.2"), "127.1.0.2");
    assert.equal(addresses.take("e", "127.1.0.2"), "127.1.0.5");
    assert.equal(addresses.take("f", "127.2.0.7"), "127.1.0.6", "not an address of ours");
  });

  it("end where all are taken, and go on where one is given back", () => {
    const addresses = new Addresses("127.9.1");
    const taken = new Set<string>();
    for (let pod = 2; pod <= 254; pod++) taken.add(addresses.take(String(pod)));
    assert.equal(taken.size, 253);
    assert.throws(() => addresses.take("one more"), /all pod addresses of 127\.9\.1\.0\/24 are in use/);
    addresses.release("100");
    assert.equal(addresses.take("one more"), "127.9.1.100");
  });
});

describe("grace period", () => {
  for (const [seconds, title, pod] of [
    [30, "by default", podWith()],
    [5, "as the spec says", podWith({ terminationGracePeriodSeconds: 5 })],
    [7, "as the deletion says", podWith({ terminationGracePeriodSeconds: 5 }, { deletionGracePeriodSeconds: 7 })],
    [1, "at the least", podWith({ terminationGracePeriodSeconds: 0 })],
  ] as const) {
    it(`is ${seconds} s ${title}`, () => assert.equal(graceMsOf(pod), seconds * 1000));
  }
});

describe("what this kubelet cannot do", () => {
  it("is nothing of an ordinary pod", () => assert.deepEqual(unsupportedIn(podWith()), []));

  for (const [field, pod] of [
    ["spec.hostPID", podWith({ hostPID: true })],
    ["spec.hostIPC", podWith({ hostIPC: true })],
    ["spec.shareProcessNamespace", podWith({ shareProcessNamespace: true })],
    ["spec.hostAliases", podWith({ hostAliases: [{ ip: "127.0.0.1", hostnames: ["a"] }] })],
    ["spec.runtimeClassName", podWith({ runtimeClassName: "other" })],
    ["spec.securityContext.sysctls", podWith({ securityContext: { sysctls: [{ name: "a", value: "1" }] } })],
    ["spec.resourceClaims", podWith({ resourceClaims: [{ name: "gpu" }] })],
    ["spec.volumes[disk].nfs", podWith({ volumes: [{ name: "disk", nfs: { path: "/", server: "files" } }] })],
    ["spec.os.name", podWith({ os: { name: "windows" } })],
    [
      "spec.containers[main].livenessProbe.grpc",
      podWith({ containers: [container("main", { livenessProbe: { grpc: { port: 1 } } })] }),
    ],
    ["spec.containers[main].stdin", podWith({ containers: [container("main", { stdin: true })] })],
    [
      "spec.containers[main].securityContext.privileged",
      podWith({ containers: [container("main", { securityContext: { privileged: true } })] }),
    ],
    ["spec.initContainers[a].tty", podWith({ initContainers: [container("a", { tty: true })] })],
    [
      "spec.containers[main].volumeDevices",
      podWith({ containers: [container("main", { volumeDevices: [{ name: "disk", devicePath: "/dev/x" }] })] }),
    ],
    [
      "spec.containers[main].lifecycle.preStop.tcpSocket",
      podWith({ containers: [container("main", { lifecycle: { preStop: { tcpSocket: { port: 1 } } } })] }),
    ],
    [
      "spec.containers[main].lifecycle.stopSignal",
      podWith({ containers: [container("main", { lifecycle: { stopSignal: "SIGINT" } as object })] }),
    ],
    [
      "spec.containers[main].restartPolicyRules",
      podWith({ containers: [container("main", { restartPolicyRules: [{}] } as object)] }),
    ],
  ] as const) {
    it(`names ${field}`, () => {
      const [first = "", ...others] = unsupportedIn(pod);
      assert.ok(first.startsWith(field), first);
      assert.deepEqual(others, []);
    });
  }
});

describe("what this kubelet does not enforce", () => {
  const words = (pod: Pod, before?: Pod): string[] => complaintsAbout(pod, before).map(({ message }) => message);

  it("is nothing of an ordinary pod", () => assert.deepEqual(words(podWith()), []));

  for (const [fields, pod] of [
    ["spec.dnsConfig", podWith({ dnsConfig: {} })],
    ["spec.hostUsers", podWith({ hostUsers: false })],
    ["spec.setHostnameAsFQDN", podWith({ setHostnameAsFQDN: true })],
    ["spec.resources.limits", podWith({ resources: { limits: { cpu: "1" } } })],
    ["spec.volumes[work].emptyDir.sizeLimit", podWith({ volumes: [{ name: "work", emptyDir: { sizeLimit: "1Mi" } }] })],
    [
      "spec.securityContext.seccompProfile, spec.securityContext.seLinuxOptions",
      podWith({ securityContext: { seccompProfile: { type: "RuntimeDefault" }, seLinuxOptions: {} } }),
    ],
    [
      "spec.containers[main].resources.limits, spec.containers[main].securityContext.readOnlyRootFilesystem",
      podWith({
        containers: [
          container("main", {
            resources: { limits: { memory: "1Gi" }, requests: { cpu: "1" } },
            securityContext: { readOnlyRootFilesystem: true, seccompProfile: { type: "Unconfined" } },
          }),
        ],
      }),
    ],
    [
      "spec.initContainers[a].securityContext.procMount, spec.initContainers[a].securityContext.appArmorProfile",
      podWith({
        initContainers: [
          container("a", { securityContext: { procMount: "Unmasked", appArmorProfile: { type: "RuntimeDefault" } } }),
        ],
      }),
    ],
  ] as const) {
    it(`is told once: ${fields}`, () => {
      assert.deepEqual(words(pod), [`the sandbox's kubelet does not enforce ${fields}`]);
      assert.deepEqual(words(pod, pod), []);
    });
  }

  it("tells of each ephemeral container", () => {
    const one = podWith({ ephemeralContainers: [{ name: "look" }] });
    const two = podWith({ ephemeralContainers: [{ name: "look" }, { name: "again" }] });
    assert.match(words(one, podWith()).join(), /^the ephemeral container look does not run/);
    assert.match(words(two, one).join(), /^the ephemeral container again does not run/);
  });
});
