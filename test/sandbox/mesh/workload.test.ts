import assert from "node:assert/strict";

import { canonicalRevision, canonicalService, workloadName, type Owner } from "../../../sandbox/mesh/workload";

describe("workload names", () => {
  const hash = { "pod-template-hash": "5f9d499c9d" };
  const owner = (kind: string, name: string, controller?: boolean | null): Owner[] => [{ kind, name, controller }];
  const cases: readonly [what: string, labels: Record<string, string>, owners: readonly Owner[], expected: string][] = [
    ["a Deployment's pod", hash, owner("ReplicaSet", "reviews-v1-5f9d499c9d", true), "reviews-v1"],
    ["a ReplicaSet's own pod", {}, owner("ReplicaSet", "reviews-v1-5f9d499c9d", true), "reviews-v1-5f9d499c9d"],
    ["a ReplicaSet of another hash", hash, owner("ReplicaSet", "reviews-v1-77", true), "reviews-v1-77"],
    ["an empty hash", { "pod-template-hash": "" }, owner("ReplicaSet", "reviews-", true), "reviews-"],
    ["a StatefulSet's pod", hash, owner("StatefulSet", "db", true), "db"],
    ["a DaemonSet's pod", {}, owner("DaemonSet", "agent", true), "agent"],
    ["a Job's pod", {}, owner("Job", "migrate", true), "migrate"],
    ["a CronJob's pod", {}, owner("Job", "report-28123456", true), "report"],
    ["a bare pod", {}, [], "the-pod"],
    ["an owner that is no controller", hash, owner("ReplicaSet", "reviews-v1-5f9d499c9d"), "the-pod"],
    ["an owner whose controller is null", hash, owner("ReplicaSet", "reviews-v1-5f9d499c9d", null), "the-pod"],
  ];
  for (const [what, labels, owners, expected] of cases) {
    it(`${what}: ${expected}`, () => assert.equal(workloadName("the-pod", labels, owners), expected));
  }

  it("takes the canonical service and revision from the labels that Istio takes them from", () => {
    const app = { app: "reviews", version: "v1" };
    const recommended = { ...app, "app.kubernetes.io/name": "rev", "app.kubernetes.io/version": "1.2" };
    const istio = {
      ...recommended,
      "service.istio.io/canonical-name": "r",
      "service.istio.io/canonical-revision": "c",
    };
    assert.deepEqual([canonicalService({}, "w"), canonicalRevision({})], ["w", "latest"]);
    assert.deepEqual([canonicalService(app, "w"), canonicalRevision(app)], ["reviews", "v1"]);
    assert.deepEqual([canonicalService(recommended, "w"), canonicalRevision(recommended)], ["rev", "1.2"]);
    assert.deepEqual([canonicalService(istio, "w"), canonicalRevision(istio)], ["r", "c"]);
  });
});
