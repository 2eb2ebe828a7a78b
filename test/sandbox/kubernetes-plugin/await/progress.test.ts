import assert from "node:assert/strict";
import type { LiveObject } from "../../../../sandbox/kubernetes-plugin/cluster/object";
import { heldBy } from "../../../../sandbox/kubernetes-plugin/await/gone";
import {
  apiServiceProgress,
  claimProgress,
  definitionProgress,
} from "../../../../sandbox/kubernetes-plugin/await/others";
import { podProgress } from "../../../../sandbox/kubernetes-plugin/await/pods";
import type { Progress } from "../../../../sandbox/kubernetes-plugin/await/progress";
import { parseWishes, wishProgress } from "../../../../sandbox/kubernetes-plugin/await/waitFor";
import {
  daemonSetProgress,
  deploymentProgress,
  jobProgress,
  statefulSetProgress,
} from "../../../../sandbox/kubernetes-plugin/await/workloads";

function object(spec: object, status: object, generation = 1): LiveObject {
  const metadata = { name: "x", uid: "1", generation };
  return {
    apiVersion: "v1",
    kind: "X",
    metadata,
    spec,
    status: { observedGeneration: 1, ...status },
  } as unknown as LiveObject;
}

const condition = (type: string, status: string, rest: object = {}) => ({ conditions: [{ type, status, ...rest }] });

/** A row of a table: what it is about, spec, status, and how far it is; `generation` 2 is one not yet seen. */
type Row = readonly [string, object, object, Progress["state"], RegExp?, number?];

function table(name: string, progressOf: (live: LiveObject) => Progress, rows: readonly Row[]): void {
  describe(name, () => {
    for (const [what, spec, status, state, message = /./, generation = 1] of rows) {
      it(what, () => {
        const progress = progressOf(object(spec, status, generation));
        assert.equal(progress.state, state);
        if (progress.state !== "ready") assert.match(progress.message, message);
      });
    }
  });
}

const two = { replicas: 2 };

table("a Deployment", deploymentProgress, [
  [
    "whose change was not seen yet",
    two,
    { replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
    "waiting",
    /see the change/,
    2,
  ],
  ["with too few new pods", two, { updatedReplicas: 1 }, "waiting", /new pods \(1\/2\)/],
  [
    "with an old pod left",
    two,
    { replicas: 3, updatedReplicas: 2, availableReplicas: 3 },
    "waiting",
    /1 old pod to end/,
  ],
  [
    "with a pod that is not available",
    two,
    { replicas: 2, updatedReplicas: 2, availableReplicas: 1 },
    "waiting",
    /available \(1\/2\)/,
  ],
  ["that is through", two, { replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, "ready"],
  ["without replicas", { replicas: 0 }, {}, "ready"],
  ["that is paused", { ...two, paused: true }, {}, "ready"],
  [
    "that made no progress",
    two,
    condition("Progressing", "False", { reason: "ProgressDeadlineExceeded", message: "too slow" }),
    "failed",
    /too slow/,
  ],
]);

table("a StatefulSet", statefulSetProgress, [
  ["with too few ready pods", two, { readyReplicas: 1 }, "waiting", /ready \(1\/2\)/],
  [
    "with old pods",
    two,
    { readyReplicas: 2, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
    "waiting",
    /updated \(1\/2\)/,
  ],
  [
    "with old pods below its partition",
    { ...two, updateStrategy: { rollingUpdate: { partition: 1 } } },
    { readyReplicas: 2, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
    "ready",
  ],
  [
    "that is updated by hand",
    { ...two, updateStrategy: { type: "OnDelete" } },
    { readyReplicas: 2, currentRevision: "a", updateRevision: "b" },
    "ready",
  ],
  [
    "that is through",
    two,
    { readyReplicas: 2, updatedReplicas: 2, currentRevision: "b", updateRevision: "b" },
    "ready",
  ],
]);

table("a DaemonSet", daemonSetProgress, [
  [
    "with old pods",
    {},
    { desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 },
    "waiting",
    /new pods \(1\/2\)/,
  ],
  [
    "with a pod that is not available",
    {},
    { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 },
    "waiting",
    /available/,
  ],
  ["on no node", {}, { desiredNumberScheduled: 0 }, "ready"],
]);

table("a Job", jobProgress, [
  ["that runs", { completions: 3 }, { succeeded: 1 }, "waiting", /1\/3/],
  ["that is done", {}, condition("Complete", "True"), "ready"],
  ["that failed", {}, condition("Failed", "True", { message: "too often" }), "failed", /too often/],
  ["that is suspended", { suspend: true }, {}, "ready"],
]);

table("a Pod", podProgress, [
  ["that is ready", {}, { phase: "Running", ...condition("Ready", "True") }, "ready"],
  ["that is done", {}, { phase: "Succeeded" }, "ready"],
  [
    "whose image cannot be had",
    {},
    {
      phase: "Pending",
      containerStatuses: [{ name: "c", state: { waiting: { reason: "ErrImagePull", message: "no such" } } }],
    },
    "waiting",
    /container c: ErrImagePull: no such/,
  ],
  [
    "that is being made",
    {},
    { phase: "Pending", containerStatuses: [{ name: "c", state: { waiting: { reason: "ContainerCreating" } } }] },
    "waiting",
    /\(Pending\)$/,
  ],
  [
    "that failed",
    {},
    { phase: "Failed", containerStatuses: [{ name: "c", state: { terminated: { reason: "Error", exitCode: 1 } } }] },
    "failed",
    /container c: Error/,
  ],
  [
    "that no node takes",
    {},
    { phase: "Pending", ...condition("PodScheduled", "False", { reason: "Unschedulable", message: "0/1 nodes" }) },
    "waiting",
    /Unschedulable: 0\/1 nodes/,
  ],
]);

table("a CustomResourceDefinition", definitionProgress, [
  ["that is new", {}, {}, "waiting"],
  ["that is established", {}, condition("Established", "True"), "ready"],
  ["whose names are taken", {}, condition("NamesAccepted", "False", { message: "conflict" }), "failed", /conflict/],
]);

table("an APIService", apiServiceProgress, [
  [
    "whose server is not there",
    {},
    condition("Available", "False", { message: "no endpoints" }),
    "waiting",
    /no endpoints/,
  ],
  ["that answers", {}, condition("Available", "True"), "ready"],
]);

describe("a PersistentVolumeClaim", () => {
  it("is bound at once or by its first pod", () => {
    const pending = object({}, { phase: "Pending" });
    assert.equal(claimProgress(pending, "Immediate").state, "waiting");
    assert.equal(claimProgress(pending, "WaitForFirstConsumer").state, "ready");
    assert.equal(claimProgress(object({}, { phase: "Bound" }), undefined).state, "ready");
    assert.equal(claimProgress(object({}, { phase: "Lost" }), undefined).state, "failed");
  });
});

describe("what a program waits for", () => {
  const live = object({}, { phase: "Running", ports: [{ name: "http", open: true }], ...condition("Synced", "True") });
  const cases: [string, Progress["state"]][] = [
    ["condition=Synced", "ready"],
    ["condition=Synced=false", "waiting"],
    ["condition=Other", "waiting"],
    ["jsonpath={.status.phase}=Running", "ready"],
    ["jsonpath={.status.phase}=Done", "waiting"],
    ["jsonpath={.status.phase}", "ready"],
    ["jsonpath={.status.missing}", "waiting"],
    ['jsonpath={.status.ports[?(@.name=="http")].open}=true', "ready"],
    ['["condition=Synced", "jsonpath={.status.phase}=Done"]', "waiting"],
  ];
  for (const [text, state] of cases) it(text, () => assert.equal(wishProgress(live, parseWishes(text)).state, state));

  for (const text of ["ready", "condition=", "jsonpath=", "[1"]) {
    it(`cannot be ${text}`, () => assert.throws(() => parseWishes(text), /must be|no JSON/));
  }
});

describe("what holds an object that is deleted", () => {
  it("is told by its finalizers and its conditions", () => {
    const namespace = object({}, condition("NamespaceContentRemaining", "True", { message: "some pods remain" }));
    const held = {
      ...namespace,
      metadata: { ...namespace.metadata, finalizers: ["example.com/a"] },
    } as unknown as LiveObject;
    assert.equal(heldBy(held), " (finalizers: example.com/a; some pods remain)");
    assert.equal(heldBy(object({}, {})), "");
  });
});
