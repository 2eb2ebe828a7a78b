import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { PROPAGATION_MS } from "../../adapters/istio/propagation";
import { KubernetesError } from "../../adapters/kubernetes/errors";
import { FINALIZER, type ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { DEPLOYMENTS, EXPERIMENTS } from "../../adapters/kubernetes/paths";
import { NAMESPACE, servedLabels, versionLabels, virtualService, weightsOf } from "../support/objects";
import { House } from "./house";

const INVOLVED = "TargetsNotFound: Target service is being involved in other experiment";

describe("Releases", () => {
  let house: House;
  beforeEach(() => (house = new House()));
  afterEach(() => house.restore());

  const conditionsOf = (name: string) =>
    (house.record(name)?.status?.conditions ?? []).map(({ type, status, reason }) => [type, status, reason]);

  it("drives an experiment to its end, and puts the finalizer on before it touches anything", async () => {
    house.add("one", "reviews-v1", "reviews-v2");
    await house.until(() => house.stage("one") === "ended");
    strictEqual(house.writes[0], "merge experiments/one", "the finalizer");
    match(house.writes[1] ?? "", /^apply destinationrules/, "the subsets, ahead of the route");
    strictEqual(house.writes[2], "replace experiments/one", "the record");
    match(house.writes[3] ?? "", /^apply virtualservices/, "the route");
    deepStrictEqual(servedLabels(house.cluster), versionLabels("v2"));
    strictEqual(house.record("one")?.status?.phase, "Completed");
    strictEqual(house.record("one")?.status?.message, "ExperimentSucceeded: All Success Criteria Were Met");
    deepStrictEqual(conditionsOf("one"), [
      ["TargetsProvided", "True", "TargetsFound"],
      ["ExperimentCompleted", "True", undefined],
      ["ExperimentSucceeded", "True", "ExperimentSucceeded"],
    ]);
    strictEqual(house.record("one")?.metadata.finalizers?.includes(FINALIZER) ?? false, false);
    deepStrictEqual(house.failures, []);
    strictEqual(house.releases.involved.size, 0);
  });

  it("lets the next ones for a Service wait, and start by themselves, the oldest first", async () => {
    house.add("first", "reviews-v1", "reviews-v2");
    await house.pass(1000);
    house.add("second", "reviews-v2", "reviews-v3");
    await house.pass(1000);
    house.add("third", "reviews-v3", "reviews-v4");
    await house.pass(1000);
    for (const name of ["second", "third"]) {
      const { status, metadata } = house.record(name) as ExperimentResource;
      strictEqual(status?.message, INVOLVED);
      strictEqual(status.phase, "Pause");
      strictEqual(status.serin, undefined);
      strictEqual(metadata.finalizers, undefined);
      deepStrictEqual(conditionsOf(name), [
        ["TargetsProvided", "False", "TargetsNotFound"],
        ["ExperimentCompleted", "False", undefined],
      ]);
    }
    strictEqual(house.events.filter((text) => text.startsWith("second")).length, 1, "said once");
    const order: string[] = [];
    house.cluster.onWrite(() => {
      const running = ["first", "second", "third"].filter((name) =>
        ["iterating", "ending"].includes(house.stage(name) ?? ""),
      );
      ok(running.length <= 1, running.join(" and "));
      if (running[0] !== undefined && order.at(-1) !== running[0]) order.push(running[0]);
    });
    await house.until(() => house.stage("third") === "ended");
    deepStrictEqual(order, ["first", "second", "third"]);
    deepStrictEqual(servedLabels(house.cluster), versionLabels("v4"));
    deepStrictEqual(house.failures, []);
  });

  it("drives releases of different Services side by side", async () => {
    house.add("one", "reviews-v1", "reviews-v2");
    house.add("other", "reviews-v3", "reviews-v4", {
      targetService: { name: "ratings", baseline: "reviews-v3", candidate: "reviews-v4" },
    });
    await house.pass(PROPAGATION_MS + 500);
    strictEqual(house.stage("one"), "iterating");
    strictEqual(house.record("other")?.status?.message, "TargetsNotFound: Missing Service");
  });

  it("lets a queued one be deleted without a touch on the route, finalizer or not", async () => {
    house.add("first", "reviews-v1", "reviews-v2");
    await house.until(() => weightsOf(virtualService(house.cluster))["candidate"] === 20);
    house.add("second", "reviews-v3", "reviews-v4");
    house.add("third", "reviews-v3", "reviews-v4");
    house.edit("third", (one) => ({ ...one, metadata: { ...one.metadata, finalizers: [FINALIZER] } }));
    await house.pass(100);
    const from = house.writes.length;
    await house.remove("second");
    await house.remove("third");
    await house.pass(100);
    strictEqual(house.record("second"), undefined);
    strictEqual(house.record("third"), undefined);
    deepStrictEqual(
      house.writes.slice(from).filter((write) => /rules|services/.test(write)),
      [],
    );
    strictEqual(weightsOf(virtualService(house.cluster))["candidate"], 20);
  });

  it("goes on with the next one when the one before is deleted, its traffic back on the baseline", async () => {
    house.add("first", "reviews-v1", "reviews-v2");
    await house.until(() => weightsOf(virtualService(house.cluster))["candidate"] === 20);
    house.add("second", "reviews-v1", "reviews-v3");
    await house.pass(100);
    await house.remove("first");
    await house.until(() => house.stage("second") === "iterating");
    strictEqual(house.record("first"), undefined);
    ok(house.writes.includes("merge experiments/first"));
    await house.until(() => house.stage("second") === "ended");
    deepStrictEqual(servedLabels(house.cluster), versionLabels("v3"));
  });

  it("holds one that becomes invalid in mid-release, goes on once it is valid, and lets it be deleted", async () => {
    house.add("one", "reviews-v1", "reviews-v2");
    await house.until(() => weightsOf(virtualService(house.cluster))["candidate"] === 20);
    const spec = house.record("one")?.spec as ExperimentResource["spec"];
    const broken = { ...spec, trafficControl: { ...spec.trafficControl, interval: "soon" } };
    house.edit("one", (one) => ({ ...one, spec: broken }));
    await house.pass(60_000);
    strictEqual(house.stage("one"), "iterating");
    strictEqual(weightsOf(virtualService(house.cluster))["candidate"], 20);
    match(
      house.record("one")?.status?.message ?? "",
      /^TargetsNotFound: 'spec.trafficControl.interval' \(soon\) must be/,
    );
    strictEqual(house.record("one")?.status?.phase, "Pause");
    house.edit("one", (one) => ({ ...one, spec }));
    await house.until(() => weightsOf(virtualService(house.cluster))["candidate"] === 40);
    strictEqual(house.record("one")?.status?.phase, "Progressing");
    deepStrictEqual(conditionsOf("one")[0], ["TargetsProvided", "True", "TargetsFound"]);
    house.edit("one", (one) => ({ ...one, spec: broken }));
    await house.pass(100);
    await house.remove("one");
    await house.pass(100);
    strictEqual(house.record("one"), undefined);
    deepStrictEqual(servedLabels(house.cluster), versionLabels("v1"));
    deepStrictEqual(house.failures, []);
  });

  it("refuses what cannot be read before it begins, by name, and starts once that is put right", async () => {
    const criterion = { metricName: "iter8_speed", toleranceType: "threshold", tolerance: 1 } as const;
    house.add("one", "reviews-v1", "reviews-v2", { analysis: { successCriteria: [criterion] } });
    await house.pass(100);
    match(house.record("one")?.status?.message ?? "", /^SyncMetricsError: .*iter8_speed/);
    deepStrictEqual(conditionsOf("one")[0], ["MetricsSynced", "False", "SyncMetricsError"]);
    strictEqual(house.writes.length, 1);
    house.edit("one", (one) => ({ ...one, spec: { ...one.spec, analysis: {} } }));
    await house.until(() => house.stage("one") === "iterating");
    deepStrictEqual(conditionsOf("one")[0], ["MetricsSynced", "True", "SyncMetricsSucceeded"]);
  });

  it("wakes those that wait when the one before is changed to be about something else", async () => {
    const nonsense = { interval: "soon" };
    house.add("first", "reviews-v1", "reviews-v2", { trafficControl: nonsense });
    await house.pass(1000);
    house.add("second", "reviews-v2", "reviews-v3");
    await house.pass(1000);
    const elsewhere = { name: "ratings", baseline: "ratings-v1", candidate: "ratings-v2" };
    house.edit("first", (one) => ({ ...one, spec: { ...one.spec, targetService: elsewhere } }));
    await house.until(() => house.stage("second") === "iterating", 10_000);
  });

  it("lets go of what Iter8's own controller has completed, and does not begin it anew", async () => {
    const completed: ExperimentResource = {
      apiVersion: "iter8.tools/v1alpha1",
      kind: "Experiment",
      metadata: { name: "old", namespace: NAMESPACE, finalizers: [FINALIZER] },
      spec: { targetService: { name: "reviews", baseline: "reviews-v1", candidate: "reviews-v2" } },
      status: { phase: "Completed", trafficSplitPercentage: { baseline: 0, candidate: 100 } },
    };
    house.cluster.put(EXPERIMENTS, completed);
    house.hear("experiments", "old");
    await house.pass(10_000);
    deepStrictEqual(house.writes, ["merge experiments/old"], "the finalizer, and nothing else");
    deepStrictEqual(house.record("old")?.metadata.finalizers, []);
    deepStrictEqual(house.record("old")?.status, completed.status);
  });

  it("writes nothing more about one that is over", async () => {
    house.add("one", "reviews-v1", "reviews-v2");
    await house.until(() => house.stage("one") === "ended");
    await house.pass(1000);
    const from = house.writes.length;
    house.cluster.drop(DEPLOYMENTS, NAMESPACE, "reviews-v1");
    house.hear("deployments", "reviews-v1");
    house.edit("one", (one) => ({
      ...one,
      action: "override_failure",
      spec: { ...one.spec, trafficControl: { interval: "soon" } },
    }));
    await house.pass(100_000);
    deepStrictEqual(house.writes.slice(from), []);
    await house.remove("one");
    await house.pass(100);
    deepStrictEqual(house.writes.slice(from), ["delete experiments/one"]);
  });

  it("comes through faults of the API server without a jump or a standstill", async () => {
    let n = 0;
    house.wire = {
      before: () => {
        n += 1;
        if (n % 7 === 0) throw new KubernetesError([500, 0, 409, 429][(n / 7) % 4] as number, "unwell");
      },
    };
    house.add("one", "reviews-v1", "reviews-v2");
    house.add("two", "reviews-v2", "reviews-v3");
    await house.until(() => house.stage("two") === "ended");
    deepStrictEqual(servedLabels(house.cluster), versionLabels("v3"));
    ok(house.failures.length > 0);
  });
});
