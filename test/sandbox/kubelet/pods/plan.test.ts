import assert from "node:assert/strict";
import type { V1PodSpec } from "@kubernetes/client-node";
import { planOf, type Aim } from "../../../../sandbox/kubelet/pods/plan";
import type { ContainerRecord, State } from "../../../../sandbox/kubelet/pods/record";
import { container, ended, podWith, recordsOf, running, sidecar, startingUp, waiting } from "./builders";

interface Row {
  readonly when: string;
  readonly spec: Partial<V1PodSpec>;
  readonly states?: Readonly<Record<string, State>>;
  readonly aim?: Aim;
  readonly start?: readonly string[];
  readonly stop?: readonly string[];
  readonly finished?: boolean;
}

const inits = { initContainers: [container("first"), container("second")] };
const withSidecar = { initContainers: [sidecar("proxy"), container("setup")] };
const twoSidecars = { initContainers: [sidecar("one"), sidecar("two")] };
const never = { restartPolicy: "Never" };
const onFailure = { restartPolicy: "OnFailure" };
const starting: State = { is: "starting", from: { is: "waiting" } };

const rows: readonly Row[] = [
  { when: "a pod is new", spec: {}, start: ["main"] },
  { when: "two containers are new", spec: { containers: [container("a"), container("b")] }, start: ["a", "b"] },
  { when: "it runs", spec: {}, states: { main: running } },
  { when: "it is being started", spec: {}, states: { main: starting } },
  { when: "it ended well, Always", spec: {}, states: { main: ended(0) }, start: ["main"] },
  { when: "it failed, OnFailure", spec: onFailure, states: { main: ended(1) }, start: ["main"] },
  { when: "it ended well, OnFailure", spec: onFailure, states: { main: ended(0) }, finished: true },
  { when: "it failed, Never", spec: never, states: { main: ended(1) }, finished: true },
  {
    when: "one of two has failed for good",
    spec: { ...never, containers: [container("a"), container("b")] },
    states: { a: ended(1), b: running },
  },
  {
    when: "a container's own policy is Never",
    spec: { containers: [container("main", { restartPolicy: "Never" })] },
    states: { main: ended(1) },
    finished: true,
  },
  { when: "there are init containers", spec: inits, start: ["first"] },
  { when: "the first one runs", spec: inits, states: { first: running } },
  { when: "the first one is done", spec: inits, states: { first: ended(0) }, start: ["second"] },
  { when: "the first one failed", spec: inits, states: { first: ended(1) }, start: ["first"] },
  { when: "the first one failed, Never", spec: { ...inits, ...never }, states: { first: ended(1) }, finished: true },
  { when: "all are done", spec: inits, states: { first: ended(0), second: ended(0) }, start: ["main"] },
  { when: "there is a sidecar", spec: withSidecar, start: ["proxy"] },
  { when: "the sidecar has not started up", spec: withSidecar, states: { proxy: startingUp } },
  { when: "the sidecar has started up", spec: withSidecar, states: { proxy: running }, start: ["setup"] },
  {
    when: "the sidecar ended while others initialize",
    spec: withSidecar,
    states: { proxy: ended(1), setup: running },
    start: ["proxy"],
  },
  {
    when: "the sidecar ended beside the main one, Never",
    spec: { ...withSidecar, ...never },
    states: { proxy: ended(1), setup: ended(0), main: running },
    start: ["proxy"],
  },
  {
    when: "the work is done and a sidecar runs",
    spec: { ...withSidecar, ...never },
    states: { proxy: running, setup: ended(0), main: ended(0) },
    stop: ["proxy"],
  },
  {
    when: "the work is done and two sidecars run",
    spec: { ...twoSidecars, ...never },
    states: { one: running, two: running, main: ended(0) },
    stop: ["two"],
  },
  {
    when: "an init container failed for good beside a sidecar",
    spec: { ...withSidecar, ...never },
    states: { proxy: running, setup: ended(2) },
    stop: ["proxy"],
  },
  { when: "it is deleted before it began", spec: inits, aim: "stop", finished: true },
  { when: "it is deleted while it starts", spec: {}, states: { main: starting }, aim: "stop" },
  { when: "it is deleted", spec: {}, states: { main: running }, aim: "stop", stop: ["main"] },
  {
    when: "it is deleted, with sidecars",
    spec: twoSidecars,
    states: { one: running, two: running, main: running },
    aim: "stop",
    stop: ["main"],
  },
  {
    when: "it is deleted, and the main one has ended",
    spec: twoSidecars,
    states: { one: running, two: running, main: ended(0) },
    aim: "stop",
    stop: ["two"],
  },
  {
    when: "it is deleted, and the last sidecar has ended",
    spec: twoSidecars,
    states: { one: running, two: ended(0), main: ended(0) },
    aim: "stop",
    stop: ["one"],
  },
  { when: "it is deleted, and all has ended", spec: {}, states: { main: ended(1) }, aim: "stop", finished: true },
];

describe("plan of a pod", () => {
  const names = (records: readonly ContainerRecord[]): string[] => records.map(({ container: { spec } }) => spec.name);

  for (const { when, spec, states = {}, aim = "run", start = [], stop = [], finished = false } of rows) {
    const does = finished ? "is finished" : `starts [${start.join(" ")}] and stops [${stop.join(" ")}]`;
    it(`${does} when ${when}`, () => {
      const plan = planOf(recordsOf(podWith(spec), states), aim, 0);
      assert.deepEqual(names(plan.start), start);
      assert.deepEqual(names(plan.stop), stop);
      assert.equal(plan.finished, finished);
    });
  }

  it("waits for a restart that is put off, says so once, and looks again in time", () => {
    const records = recordsOf(podWith(), { main: ended(1) }).map((record) => ({ ...record, notBefore: 10_000 }));
    const plan = planOf(records, "run", 4000);
    assert.deepEqual([names(plan.start), names(plan.backOff), plan.wakeAt], [[], ["main"], 10_000]);
    for (const record of records) if (record.state.is === "ended") record.state = { ...record.state, backingOffMs: 1 };
    assert.deepEqual(names(planOf(records, "run", 4000).backOff), []);
    assert.deepEqual(names(planOf(records, "run", 10_000).start), ["main"]);
  });

  it("stops nothing twice", () => {
    const records = recordsOf(podWith(), { main: running }).map((record) => ({ ...record, isStopping: true }));
    assert.deepEqual(planOf(records, "stop", 0).stop, []);
    assert.equal(planOf(records, "stop", 0).finished, false);
  });

  it("stops a container whose postStart hook is still under way", () => {
    const [record] = recordsOf(podWith(), { main: running });
    assert.ok(record);
    record.state = { is: "starting", from: { is: "waiting" } };
    assert.deepEqual(names(planOf([record], "stop", 0).stop), ["main"]);
  });

  it("starts main containers anew without another initialization", () => {
    const records = recordsOf(podWith(withSidecar), { proxy: ended(1), setup: ended(0), main: ended(1) });
    assert.deepEqual(names(planOf(records, "run", 0).start), ["proxy", "main"]);
    for (const record of records) record.begun = false;
    assert.deepEqual(names(planOf(records, "run", 0).start), ["proxy"], "under a new kubelet the sidecar comes first");
  });

  it("leaves a new main container alone while the pod initializes", () => {
    assert.deepEqual(names(planOf(recordsOf(podWith(inits), { first: running, main: waiting }), "run", 0).start), []);
  });
});
