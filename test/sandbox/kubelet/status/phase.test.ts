import assert from "node:assert/strict";
import type { V1PodSpec } from "@kubernetes/client-node";
import type { State } from "../../../../sandbox/kubelet/pods/record";
import { phaseOf, type Phase } from "../../../../sandbox/kubelet/status/phase";
import { container, ended, podWith, recordsOf, running, sidecar, startingUp } from "../pods/builders";

const two = { containers: [container("a"), container("b")] };
const init = { initContainers: [container("setup")] };
const proxy = { initContainers: [sidecar("proxy")] };
const restarting: State = { is: "starting", from: { is: "ended", ending: endingOf(1) } };

function endingOf(exitCode: number) {
  return { exitCode, reason: "Error", startedAt: 0, finishedAt: 0 };
}

type Row = [Phase, string, Partial<V1PodSpec>, Readonly<Record<string, State>>, boolean?];

const rows: readonly Row[] = [
  ["Pending", "nothing has begun", {}, {}],
  ["Running", "its container runs", {}, { main: running }],
  ["Running", "its container is restarted", {}, { main: restarting }],
  ["Running", "its container waits for a restart", {}, { main: ended(1) }],
  ["Running", "all have ended well, Always", {}, { main: ended(0) }],
  ["Pending", "one of two has not begun", two, { a: running }],
  ["Running", "one of two has ended", { ...two, restartPolicy: "Never" }, { a: ended(1), b: running }],
  ["Failed", "one of two has failed, Never", { ...two, restartPolicy: "Never" }, { a: ended(1), b: ended(0) }],
  ["Succeeded", "both have ended well, Never", { ...two, restartPolicy: "Never" }, { a: ended(0), b: ended(0) }],
  ["Succeeded", "all have ended well, OnFailure", { restartPolicy: "OnFailure" }, { main: ended(0) }],
  ["Running", "one has failed, OnFailure", { restartPolicy: "OnFailure" }, { main: ended(1) }],
  ["Pending", "it initializes", init, { setup: running }],
  ["Running", "its init container crashed, but the main one has begun", init, { setup: ended(1), main: running }],
  ["Failed", "its init container failed, Never", { ...init, restartPolicy: "Never" }, { setup: ended(1) }],
  ["Pending", "its sidecar starts up", proxy, { proxy: startingUp }],
  ["Running", "its sidecar and its container run", proxy, { proxy: running, main: running }],
  [
    "Running",
    "its work is done, its sidecar runs",
    { ...proxy, restartPolicy: "Never" },
    { proxy: running, main: ended(0) },
  ],
  ["Succeeded", "its sidecar was killed", { ...proxy, restartPolicy: "Never" }, { proxy: ended(143), main: ended(0) }],
  ["Succeeded", "it is over, and ended well", {}, { main: ended(0) }, true],
  ["Failed", "it is over, and was killed", {}, { main: ended(143) }, true],
  ["Failed", "it is over before it began", {}, {}, true],
  ["Failed", "it is over while it initialized", init, { setup: ended(1) }, true],
];

describe("phase of a pod", () => {
  for (const [phase, when, spec, states, isOver = false] of rows) {
    it(`is ${phase} when ${when}`, () => {
      const pod = podWith(spec);
      assert.equal(phaseOf(recordsOf(pod, states), pod.spec?.restartPolicy ?? "Always", isOver), phase);
    });
  }
});
