import assert from "node:assert/strict";
import type { V1PodCondition, V1PodSpec, V1PodStatus } from "@kubernetes/client-node";
import type { State } from "../../../../sandbox/kubelet/pods/record";
import { podStatusOf, type StatusInputs } from "../../../../sandbox/kubelet/status/podStatus";
import { container, ended, podWith, recordsOf, running, sidecar, startingUp } from "../pods/builders";

const now = Date.UTC(2030, 0, 1, 0, 0, 0, 700);

function statusOf(
  spec: Partial<V1PodSpec>,
  states: Readonly<Record<string, State>>,
  more: Partial<StatusInputs> = {},
): V1PodStatus {
  const pod = podWith(spec, {}, more.pod?.status);
  return podStatusOf({
    pod,
    records: recordsOf(pod, states),
    podIP: "127.1.0.2",
    hostIP: "127.0.0.1",
    startTime: now,
    isPrepared: true,
    isOver: false,
    before: [],
    now,
    ...more,
  });
}

function condition({ conditions = [] }: V1PodStatus, type: string): V1PodCondition {
  const found = conditions.find((one) => one.type === type);
  assert.ok(found, `no condition ${type}`);
  return found;
}

const inits = { initContainers: [container("first"), container("second")] };

describe("status of a pod", () => {
  it("says of an ephemeral container that it does not run", () => {
    const [status] =
      statusOf({ ephemeralContainers: [{ name: "look", image: "x:1" }] }, {}).ephemeralContainerStatuses ?? [];
    assert.deepEqual([status?.name, status?.state?.waiting?.reason], ["look", "CreateContainerConfigError"]);
    assert.equal(statusOf({}, {}).ephemeralContainerStatuses, undefined);
  });

  it("has its addresses, its start and its generation", () => {
    const { podIP, podIPs, hostIP, hostIPs, startTime, observedGeneration } = statusOf({}, {});
    assert.deepEqual([podIP, podIPs], ["127.1.0.2", [{ ip: "127.1.0.2" }]]);
    assert.deepEqual([hostIP, hostIPs], ["127.0.0.1", [{ ip: "127.0.0.1" }]]);
    assert.equal(startTime?.toISOString(), "2030-01-01T00:00:00.000Z", "to the second, as Kubernetes writes times");
    assert.equal(observedGeneration, 1);
  });

  it("leaves PodScheduled to the scheduler", () => {
    const types = statusOf({}, {}).conditions?.map(({ type }) => type);
    assert.deepEqual(types, ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"]);
  });

  it("names the init containers that are not done", () => {
    const { status, reason, message } = condition(statusOf(inits, { first: ended(0) }), "Initialized");
    const words = "containers with incomplete status: [second]";
    assert.deepEqual([status, reason, message], ["False", "ContainersNotInitialized", words]);
  });

  it("is not initialized before its sidecars have started", () => {
    const spec = { initContainers: [sidecar("proxy")] };
    assert.equal(condition(statusOf(spec, { proxy: startingUp }), "Initialized").status, "False");
    assert.equal(condition(statusOf(spec, { proxy: running }), "Initialized").status, "True");
  });

  it("names the containers that are not ready, sidecars too", () => {
    const spec = { initContainers: [sidecar("proxy")], containers: [container("a"), container("b")] };
    const status = statusOf(spec, { proxy: startingUp, a: running });
    for (const type of ["Ready", "ContainersReady"]) {
      const { reason, message } = condition(status, type);
      assert.deepEqual([reason, message], ["ContainersNotReady", "containers with unready status: [proxy b]"]);
    }
  });

  it("heeds readiness gates", () => {
    const spec = { readinessGates: [{ conditionType: "example.com/open" }] };
    const closed = condition(statusOf(spec, { main: running }), "Ready");
    assert.deepEqual([closed.status, closed.reason], ["False", "ReadinessGatesNotReady"]);
    const pod = podWith(spec, {}, { conditions: [{ type: "example.com/open", status: "True" }] });
    const open = statusOf(spec, { main: running }, { pod, records: recordsOf(pod, { main: running }) });
    assert.equal(condition(open, "Ready").status, "True");
  });

  it("keeps the time of a condition until its status changes", () => {
    const old = "2029-01-01T00:00:00Z" as unknown as Date;
    const before = [
      { type: "Ready", status: "True", lastTransitionTime: old },
      { type: "Initialized", status: "False", lastTransitionTime: old },
    ];
    const status = statusOf({}, { main: running }, { before });
    assert.equal(condition(status, "Ready").lastTransitionTime?.toISOString(), "2029-01-01T00:00:00.000Z");
    assert.equal(condition(status, "Initialized").lastTransitionTime?.toISOString(), "2030-01-01T00:00:00.000Z");
  });

  for (const [phase, exitCode, reason] of [
    ["Succeeded", 0, "PodCompleted"],
    ["Failed", 1, "PodFailed"],
  ] as const) {
    it(`says ${reason} of a pod that is ${phase}`, () => {
      const status = statusOf({ restartPolicy: "Never" }, { main: ended(exitCode) }, { isOver: true });
      assert.equal(status.phase, phase);
      assert.equal(condition(status, "Ready").reason, reason);
      assert.equal(condition(status, "PodReadyToStartContainers").status, "False");
    });
  }

  it("tells what a container waits for", () => {
    assert.equal(statusOf({}, {}).containerStatuses?.[0]?.state?.waiting?.reason, "ContainerCreating");
    assert.equal(statusOf(inits, {}).containerStatuses?.[0]?.state?.waiting?.reason, "PodInitializing");
  });

  it("tells how a container ended", () => {
    const main = ended(137, { signal: 9, message: "out of luck", startedAt: now, finishedAt: now, containerId: "abc" });
    const time = new Date("2030-01-01T00:00:00Z");
    assert.deepEqual(statusOf({}, { main }).containerStatuses?.[0]?.state?.terminated, {
      exitCode: 137,
      signal: 9,
      reason: "Error",
      message: "out of luck",
      startedAt: time,
      finishedAt: time,
      containerID: "abc",
    });
  });

  it("shows the old ending until the next run is there", () => {
    const from = ended(1);
    assert.ok(from.is === "ended");
    const status = statusOf({}, { main: { is: "starting", from } }).containerStatuses?.[0];
    assert.equal(status?.state?.terminated?.exitCode, 1);
    assert.equal(status?.ready, false);
  });

  it("calls an init container ready that has done its work", () => {
    const status = statusOf(inits, { first: ended(0), second: ended(1) });
    assert.deepEqual(
      status.initContainerStatuses?.map(({ ready }) => ready),
      [true, false],
    );
  });
});
