import assert from "node:assert/strict";
import type { V1ContainerState, V1ContainerStatus, V1PodStatus } from "@kubernetes/client-node";
import { planOf } from "../../../../sandbox/kubelet/pods/plan";
import { restoredRecords } from "../../../../sandbox/kubelet/pods/restore";
import { container, podWith } from "./builders";
import { settled } from "./fakeClock";
import { House } from "./house";

const now = Date.UTC(2030, 0, 1);
const at = "2029-12-31T00:00:00Z" as unknown as Date;
const running: V1ContainerState = { running: { startedAt: at } };
const done = (exitCode: number): V1ContainerState => ({
  terminated: { exitCode, reason: exitCode ? "Error" : "Completed", startedAt: at, finishedAt: at },
});

function status(
  name: string,
  state: V1ContainerState,
  restartCount = 0,
  lastState: V1ContainerState = {},
): V1ContainerStatus {
  return { name, image: name, imageID: "i", state, lastState, ready: false, restartCount };
}

function podAfter(restartPolicy: string, main: V1ContainerStatus, setup: V1ContainerState = done(0)) {
  const known: V1PodStatus = {
    phase: "Running",
    podIP: "127.1.0.7",
    startTime: at,
    initContainerStatuses: [status("setup", setup)],
    containerStatuses: [main],
  };
  return podWith({ restartPolicy, initContainers: [container("setup")] }, {}, known);
}

describe("pod that an earlier kubelet ran", () => {
  it("has lost what ran, to which counts as a run that was killed", () => {
    const [, main] = restoredRecords(podAfter("Always", status("main", running, 4)), now);
    assert.equal(main?.state.is, "ended");
    assert.equal(main?.runs, 5);
    const { exitCode, reason, startedAt, finishedAt } = main.state.ending;
    assert.deepEqual(
      [exitCode, reason, startedAt, finishedAt],
      [137, "ContainerStatusUnknown", Date.parse(String(at)), now],
    );
  });

  it("is initialized anew, and then its containers are started once more", async () => {
    const house = new House();
    await house.run(podAfter("Always", status("main", running, 4)));
    assert.deepEqual(house.runtime.up, ["setup"]);
    house.runtime.latest("setup").exit(0);
    await settled();
    assert.deepEqual(house.runtime.up, ["main"]);
    assert.equal(house.statusOf("main").restartCount, 5);
    assert.equal(house.statusOf("main").lastState?.terminated?.exitCode, 137);
    assert.equal(house.statusOf("setup").restartCount, 1);
    assert.equal(house.status.startTime?.toISOString(), "2029-12-31T00:00:00.000Z");
  });

  it("does not leave Completed where its policy is OnFailure", () => {
    const records = restoredRecords(podAfter("OnFailure", status("main", running)), now);
    const { start } = planOf(records, "run", now);
    assert.deepEqual(
      start.map(({ container: { spec } }) => spec.name),
      ["main"],
    );
  });

  it("fails where its policy is Never", async () => {
    const house = new House();
    await house.run(podAfter("Never", status("main", running)));
    assert.deepEqual([house.status.phase, house.runtime.started.length], ["Failed", 0]);
    assert.equal(house.statusOf("main").state?.terminated?.reason, "ContainerStatusUnknown");
  });

  it("starts a container at once that waited for its next start", () => {
    const waiting = status("main", { waiting: { reason: "CrashLoopBackOff" } }, 6, done(1));
    const [setup, main] = restoredRecords(podAfter("Always", waiting), now);
    assert.deepEqual([setup?.state.is, main?.state.is, main?.runs, main?.notBefore], ["waiting", "ended", 7, 0]);
  });

  it("begins as any other where nothing had begun", () => {
    const waiting = status("main", { waiting: { reason: "PodInitializing" } });
    const records = restoredRecords(podAfter("Always", waiting, { waiting: {} }), now);
    assert.deepEqual(
      records.map(({ state, runs }) => [state.is, runs]),
      [
        ["waiting", 0],
        ["waiting", 0],
      ],
    );
  });
});
