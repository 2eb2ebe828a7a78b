import assert from "node:assert/strict";
import type { Pod } from "../../../../sandbox/kubelet/pods/pod";
import { ContainerStartError } from "../../../../sandbox/kubelet/runtime/runtime";
import { container, podWith, sidecar } from "./builders";
import { settled } from "./fakeClock";
import { deleted, House } from "./house";

describe("life of a pod", () => {
  let house: House;
  beforeEach(() => (house = new House()));

  it("goes from Pending over its init containers to Ready", async () => {
    await house.run(podWith({ initContainers: [container("setup")] }));
    assert.deepEqual(house.runtime.up, ["setup"]);
    assert.equal(house.status.phase, "Pending");
    assert.equal(house.condition("PodReadyToStartContainers"), "True");
    house.runtime.latest("setup").exit(0, "all set");
    await settled();
    assert.deepEqual(house.runtime.up, ["main"]);
    assert.equal(house.status.phase, "Running");
    assert.equal(house.statusOf("setup").state?.terminated?.message, "all set");
    assert.equal(house.condition("Ready"), "True");
    assert.match(house.statusOf("main").containerID ?? "", /^fake:\/\/\d{64}$/);
    const conditions = house.statuses[0]?.conditions?.map(({ type, status }) => `${type}=${status}`);
    const first = ["PodReadyToStartContainers=False", "Initialized=False", "Ready=False", "ContainersReady=False"];
    assert.deepEqual(conditions, first);
  });

  it("tells once what is not enforced, and of each ephemeral container", async () => {
    const pod = podWith({ containers: [container("main", { resources: { limits: { cpu: "1" } } })] });
    const worker = await house.run(pod);
    worker.update({ ...pod, metadata: { ...pod.metadata, labels: { a: "b" } } });
    const spec = { containers: [], ...pod.spec, ephemeralContainers: [{ name: "look" }] };
    worker.update({ ...pod, spec });
    worker.update({ ...pod, spec });
    const said = house.events.filter(({ reason }) => reason === "NotSupported").map(({ message }) => message);
    assert.equal(said.length, 2);
    assert.match(said[0] ?? "", /does not enforce spec\.containers\[main\]\.resources\.limits$/);
    assert.match(said[1] ?? "", /ephemeral container look/);
  });

  it("gives the runtime what the security contexts ask for, the container's above the pod's", async () => {
    const securityContext = { runAsUser: 7, runAsNonRoot: true, fsGroup: 3, supplementalGroups: [4] };
    const own = { runAsUser: 8, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
    await house.run(podWith({ securityContext, containers: [container("main", { securityContext: own })] }));
    const { security } = house.runtime.latest("main").config;
    const capabilities = { add: [], drop: ["ALL"] };
    assert.deepEqual(security, { user: 8, groups: [4, 3], nonRoot: true, capabilities, noNewPrivileges: true });
  });

  it("restarts a crashing container at once, then after 10 s, 20 s, ...", async () => {
    await house.run(podWith());
    house.runtime.latest("main").exit(1);
    await settled();
    assert.equal(house.runtime.started.length, 2);
    for (const [delay, runs] of [
      [10_000, 3],
      [20_000, 4],
    ] as const) {
      house.runtime.latest("main").exit(1);
      await house.clock.advance(delay - 1);
      assert.equal(house.statusOf("main").state?.waiting?.reason, "CrashLoopBackOff");
      const wait = `back-off ${delay / 1000}s restarting failed container=main pod=web_default(uid-1)`;
      assert.equal(house.statusOf("main").state?.waiting?.message, wait);
      assert.equal(house.statusOf("main").lastState?.terminated?.exitCode, 1);
      assert.equal(house.runtime.started.length, runs - 1);
      await house.clock.advance(1);
      assert.equal(house.runtime.started.length, runs);
    }
    assert.equal(house.statusOf("main").restartCount, 3);
  });

  it("shows each ending before what comes after it", async () => {
    await house.run(podWith());
    const states = (): string[] =>
      house.statuses.map(({ containerStatuses: [one] = [] }) => Object.keys(one?.state ?? {})[0] ?? "");
    house.runtime.latest("main").exit(1);
    await settled();
    house.runtime.latest("main").exit(1);
    await settled();
    const distinct = states().filter((state, index) => state !== states()[index - 1]);
    assert.deepEqual(distinct, ["waiting", "running", "terminated", "running", "terminated", "waiting"]);
  });

  it("fails and stays so where the policy is Never, and gives all back", async () => {
    await house.run(podWith({ restartPolicy: "Never" }));
    house.runtime.latest("main").exit(3);
    await settled();
    assert.equal(house.status.phase, "Failed");
    assert.deepEqual(house.deeds, ["volumes removed", "finished"]);
    assert.equal(house.runtime.started.length, 1);
  });

  it("says which image is not to be had, and tries again", async () => {
    house.runtime.refuse = () => {
      throw new ContainerStartError("ErrImagePull", "no such image");
    };
    await house.run(podWith());
    const reasons = house.statuses.map(({ containerStatuses: [one] = [] }) => one?.state?.waiting?.reason);
    assert.deepEqual(reasons.slice(-2), ["ErrImagePull", "ImagePullBackOff"]);
    assert.match(house.statusOf("main").state?.waiting?.message ?? "", /no such image/);
    house.runtime.refuse = () => undefined;
    await house.clock.advance(10_000);
    assert.deepEqual(house.runtime.up, ["main"]);
    assert.equal(house.statusOf("main").restartCount, 0);
  });

  it("counts a program that cannot be run as a run that failed", async () => {
    house.runtime.refuse = () => {
      throw new ContainerStartError("RunContainerError", "no such program");
    };
    await house.run(podWith({ restartPolicy: "Never" }));
    assert.equal(house.status.phase, "Failed");
    const { exitCode, reason, message } = house.statusOf("main").state?.terminated ?? {};
    assert.deepEqual([exitCode, reason, message], [128, "StartError", "no such program"]);
  });

  it("waits for what the environment refers to", async () => {
    house.refuseEnvironment = () => {
      throw new Error('secret "keys" not found');
    };
    await house.run(podWith());
    const { reason, message } = house.statusOf("main").state?.waiting ?? {};
    assert.deepEqual([reason, message], ["CreateContainerConfigError", 'secret "keys" not found']);
    house.refuseEnvironment = () => undefined;
    await house.clock.advance(1000);
    assert.deepEqual(house.runtime.up, ["main"]);
  });

  it("waits for its volumes, and says for what", async () => {
    house.refuseVolumes = () => {
      throw new Error('configmap "settings" not found');
    };
    await house.run(podWith());
    assert.deepEqual(house.reasons(), ["FailedMount"]);
    assert.deepEqual(house.statusOf("main").state?.waiting, {
      reason: "ContainerCreating",
      message: 'configmap "settings" not found',
    });
    assert.equal(house.condition("PodReadyToStartContainers"), "False");
    house.refuseVolumes = () => undefined;
    await house.clock.advance(500);
    assert.deepEqual(house.runtime.up, ["main"]);
  });

  it("goes on to say what a container waits for when its volumes are brought up to date", async () => {
    house.nextRefreshAt = house.clock.now() + 3000;
    house.runtime.refuse = () => {
      throw new ContainerStartError("ErrImagePull", "no such image");
    };
    await house.run(podWith());
    await house.clock.advance(3000);
    assert.deepEqual(house.deeds, ["volumes refreshed"]);
    assert.equal(house.statusOf("main").state?.waiting?.reason, "ImagePullBackOff");
  });

  it("refuses what it cannot do, and says so", async () => {
    const worker = await house.run(podWith({ shareProcessNamespace: true }));
    const { reason, message } = house.statusOf("main").state?.waiting ?? {};
    assert.equal(reason, "CreateContainerConfigError");
    assert.match(message ?? "", /spec\.shareProcessNamespace/);
    assert.deepEqual(house.reasons(), ["Failed"]);
    assert.equal(house.runtime.started.length, 0);
    worker.update(deleted(podWith({ shareProcessNamespace: true }), 30));
    await settled();
    assert.ok(house.deeds.includes("removed from the API server"));
  });

  it("brings volumes up to date when they are due, and when labels change", async () => {
    house.nextRefreshAt = house.clock.now() + 5000;
    const worker = await house.run(podWith());
    await house.clock.advance(4999);
    assert.deepEqual(house.deeds, []);
    await house.clock.advance(1);
    assert.deepEqual(house.deeds, ["volumes refreshed"]);
    worker.update(podWith({}, { labels: { tier: "gold" } }));
    await settled();
    assert.equal(house.deeds.length, 2);
  });

  it("expands variables in the command line", async () => {
    await house.run(podWith({ containers: [container("main", { command: ["paint", "$(COLOUR)"] })] }));
    assert.deepEqual(house.runtime.latest("main").config.command, ["paint", "green"]);
  });

  it("fails when its time is over", async () => {
    await house.run(podWith({ activeDeadlineSeconds: 60 }));
    await house.clock.advance(59_000);
    assert.deepEqual(house.runtime.up, ["main"]);
    await house.clock.advance(1000);
    assert.deepEqual(house.runtime.up, []);
    assert.deepEqual([house.status.phase, house.status.reason], ["Failed", "DeadlineExceeded"]);
  });

  it("asks for nothing while nothing happens", async () => {
    await house.run(podWith());
    const written = house.statuses.length;
    assert.equal(house.clock.pending, 0);
    await house.clock.advance(3_600_000);
    assert.equal(house.statuses.length, written);
  });

  it("restarts a sidecar, and ends it last", async () => {
    const pod = podWith({ initContainers: [sidecar("proxy")] });
    const worker = await house.run(pod);
    house.runtime.latest("proxy").exit(1);
    await settled();
    assert.deepEqual(house.runtime.up, ["main", "proxy"]);
    house.runtime.latest("main").heedsTerm = false;
    worker.update(deleted(pod, 10));
    await settled();
    assert.deepEqual(house.runtime.latest("proxy").signals, []);
    await house.clock.advance(10_000);
    assert.deepEqual(house.runtime.latest("main").signals, ["SIGTERM", "SIGKILL"]);
    assert.deepEqual(house.runtime.latest("proxy").signals, ["SIGTERM"]);
    assert.deepEqual(house.deeds, ["volumes removed", "finished", "removed from the API server"]);
  });

  it("kills what fails its liveness probe, and starts it anew", async () => {
    const livenessProbe = { exec: { command: ["live"] }, periodSeconds: 10, failureThreshold: 2 };
    await house.run(podWith({ containers: [container("main", { livenessProbe })] }));
    house.runtime.latest("main").answer = () => ({ exitCode: 1, output: "dead" });
    await house.clock.advance(9999);
    assert.equal(house.runtime.started.length, 1);
    await house.clock.advance(1);
    assert.equal(house.runtime.started.length, 2);
    assert.equal(house.statusOf("main").restartCount, 1);
    assert.ok(house.events.some(({ message }) => message === "Liveness probe failed: dead"));
    assert.ok(
      house.events.some(({ message }) => message === "Container main failed liveness probe, will be restarted"),
    );
  });

  it("is ready when its readiness probe says so, and started when its startup probe does", async () => {
    const readinessProbe = { exec: { command: ["ready"] }, periodSeconds: 1 };
    const startupProbe = { exec: { command: ["up"] }, periodSeconds: 1, failureThreshold: 9 };
    house.runtime.onStart = (one) => (one.answer = () => ({ exitCode: 1, output: "" }));
    await house.run(podWith({ containers: [container("main", { readinessProbe, startupProbe })] }));
    const answers = (good: string) => (command: readonly string[]) => ({
      exitCode: good.includes(String(command)) ? 0 : 1,
      output: "",
    });
    const [one] = house.runtime.started;
    await house.clock.advance(2000);
    assert.equal(house.statusOf("main").started, false);
    assert.ok(!one?.executed.includes("ready"), "readiness waits for startup");
    if (one) one.answer = answers("up");
    await house.clock.advance(1000);
    assert.deepEqual([house.statusOf("main").started, house.statusOf("main").ready], [true, false]);
    if (one) one.answer = answers("up ready");
    await house.clock.advance(1000);
    assert.equal(house.condition("Ready"), "True");
  });

  it("ends a container whose postStart hook fails", async () => {
    const postStart = { exec: { command: ["greet"] } };
    house.runtime.onStart = (one) => (one.answer = () => ({ exitCode: 1, output: "no voice" }));
    const pod: Pod = podWith({ restartPolicy: "Never", containers: [container("main", { lifecycle: { postStart } })] });
    await house.run(pod);
    assert.deepEqual(house.runtime.latest("main").signals, ["SIGTERM"]);
    assert.ok(house.reasons().includes("FailedPostStartHook"));
    assert.equal(house.status.phase, "Failed");
  });
});
