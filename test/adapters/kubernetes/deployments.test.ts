import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  deploymentsOf,
  podLabels,
  podsRefused,
  selects,
  targetState,
  type Deployment,
} from "../../../adapters/kubernetes/deployments";
import { DEPLOYMENTS } from "../../../adapters/kubernetes/paths";
import { FakeKubernetes } from "../../support/fakeKubernetes";
import { deployment, service } from "../../support/objects";

describe("podsRefused", () => {
  const message = 'pods "reviews-1" is forbidden: violates PodSecurity "restricted:latest"';
  const having = (type: string, status: string): Deployment => ({
    metadata: { name: "d", namespace: "n" },
    spec: { template: {} },
    status: { conditions: [{ type, status, message }] },
  });

  it("tells why no pod can be made, and nothing else", () => {
    strictEqual(podsRefused(having("ReplicaFailure", "True")), message);
    strictEqual(podsRefused(having("ReplicaFailure", "False")), undefined);
    strictEqual(podsRefused(having("Available", "True")), undefined);
    strictEqual(podsRefused(undefined), undefined);
  });
});

describe("targetState", () => {
  const at = (generation: number, status: Deployment["status"], replicas?: number): Deployment => ({
    metadata: { name: "d", namespace: "n", generation },
    spec: { replicas, template: {} },
    status,
  });
  const cases: [name: string, deployment: Deployment | undefined, state: string][] = [
    ["no Deployment", undefined, "missing"],
    ["no status yet", at(1, undefined), "down"],
    ["no pod Ready", at(1, { observedGeneration: 1, updatedReplicas: 2, readyReplicas: 0 }, 2), "down"],
    ["no pods wanted", at(1, { observedGeneration: 1 }, 0), "down"],
    ["some Ready", at(1, { observedGeneration: 1, updatedReplicas: 2, readyReplicas: 1 }, 2), "partial"],
    ["all Ready", at(1, { observedGeneration: 1, updatedReplicas: 2, readyReplicas: 2 }, 2), "ready"],
    ["one by default", at(1, { observedGeneration: 1, updatedReplicas: 1, readyReplicas: 1 }), "ready"],
    [
      "more than wanted, while it shrinks",
      at(1, { observedGeneration: 1, updatedReplicas: 2, readyReplicas: 3 }, 2),
      "ready",
    ],
    ["an older template", at(2, { observedGeneration: 2, updatedReplicas: 1, readyReplicas: 2 }, 2), "partial"],
    [
      "a template that nobody has seen",
      at(2, { observedGeneration: 1, updatedReplicas: 2, readyReplicas: 2 }, 2),
      "partial",
    ],
    [
      "being deleted",
      { ...at(1, { readyReplicas: 1 }), metadata: { name: "d", namespace: "n", deletionTimestamp: "x" } },
      "missing",
    ],
  ];
  for (const [name, one, state] of cases) it(`${name}: ${state}`, () => strictEqual(targetState(one), state));
});

describe("selects", () => {
  const cases: [selector: Record<string, string> | undefined, labels: Record<string, string>, picked: boolean][] = [
    [undefined, { app: "a" }, false],
    [{}, { app: "a" }, false],
    [{ app: "a" }, { app: "a", version: "1" }, true],
    [{ app: "a", version: "1" }, { app: "a" }, false],
    [{ app: "a" }, { app: "b" }, false],
    [{ app: "a" }, {}, false],
  ];
  for (const [selector, labels, picked] of cases) {
    it(`${JSON.stringify(selector)} of ${JSON.stringify(labels)}: ${picked}`, () => {
      strictEqual(selects(selector, labels), picked);
    });
  }
});

describe("deploymentsOf", () => {
  it("finds the Deployments whose pods the Service selects, oldest first, without those on their way out", async () => {
    let time = Date.UTC(2030, 0, 1);
    const api = new FakeKubernetes(() => (time += 5000));
    for (const name of ["b", "a", "going"]) api.put(DEPLOYMENTS, deployment(name, { app: "reviews", version: name }));
    api.put(DEPLOYMENTS, deployment("other", { app: "ratings" }));
    const going = deployment("going", { app: "reviews" });
    api.put(DEPLOYMENTS, { ...going, metadata: { ...going.metadata, finalizers: ["x"] } });
    await api.client().delete(DEPLOYMENTS, "default", "going");
    const found = await deploymentsOf(api.client(), "default", service());
    deepStrictEqual(
      found.map(({ metadata }) => metadata.name),
      ["b", "a"],
    );
  });

  it("finds none of a Service without a selector", async () => {
    const api = new FakeKubernetes();
    api.put(DEPLOYMENTS, deployment("a", { app: "reviews" }));
    deepStrictEqual(await deploymentsOf(api.client(), "default", service({})), []);
  });
});

describe("podLabels", () => {
  it("are the template's, or none", () => {
    deepStrictEqual(podLabels(deployment("a", { app: "x" })), { app: "x" });
    deepStrictEqual(podLabels({ metadata: { name: "a", namespace: "n" }, spec: { template: {} } }), {});
  });
});
