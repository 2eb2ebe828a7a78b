import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { VIRTUAL_SERVICES, type VirtualService } from "../../adapters/istio/rules";
import { DEPLOYMENTS, EXPERIMENTS } from "../../adapters/kubernetes/paths";
import { NAMESPACE, servedLabels, versionLabels, virtualService } from "../support/objects";
import { Invariants } from "./invariants";
import { BASELINE, CANDIDATE, EXPERIMENT, Simulation, type Setting } from "./simulation";

async function deletedAt(share: number, setting: Setting = {}): Promise<Simulation> {
  const simulation = new Simulation(setting);
  const process = simulation.start([]);
  await simulation.until(() => simulation.share === share);
  await simulation.api.client().delete(EXPERIMENTS, NAMESPACE, EXPERIMENT);
  ok(simulation.record?.metadata.deletionTimestamp, "the finalizer keeps it");
  strictEqual(await simulation.clock.run(process.result), undefined);
  return simulation;
}

describe("an experiment that is deleted", () => {
  it("mid-way gives all traffic back to the baseline before it is gone", async () => {
    const simulation = new Simulation();
    const process = simulation.start([]);
    await simulation.until(() => simulation.share === 40);
    let shareWhenGone: unknown;
    simulation.api.onWrite(({ kind }) => {
      if (kind === "experiments" && !simulation.record) shareWhenGone = servedLabels(simulation.api);
    });
    await simulation.api.client().delete(EXPERIMENTS, NAMESPACE, EXPERIMENT);
    await simulation.clock.run(process.result);
    strictEqual(simulation.record, undefined);
    deepStrictEqual(shareWhenGone, versionLabels("v1"));
    ok(simulation.api.peek(DEPLOYMENTS, NAMESPACE, CANDIDATE));
  });

  it("before it began leaves all traffic on the baseline", async () => {
    const simulation = new Simulation();
    await simulation.api.client().delete(EXPERIMENTS, NAMESPACE, EXPERIMENT);
    strictEqual(await simulation.run(), undefined);
    strictEqual(simulation.record, undefined);
    deepStrictEqual(servedLabels(simulation.api), versionLabels("v1"));
  });

  it("after its verdict gets the split that was decided", async () => {
    deepStrictEqual(servedLabels((await deletedAt(100)).api), versionLabels("v2"));
  });

  it("after its end changes nothing", async () => {
    const simulation = new Simulation();
    await simulation.run();
    const before = virtualService(simulation.api);
    await simulation.api.client().delete(EXPERIMENTS, NAMESPACE, EXPERIMENT);
    strictEqual(await simulation.run(), undefined);
    strictEqual(simulation.record, undefined);
    deepStrictEqual(virtualService(simulation.api), before);
  });

  it("with its baseline gone leaves the traffic where it can be answered", async () => {
    const simulation = new Simulation();
    const first = simulation.start([]);
    await simulation.until(() => simulation.share === 20);
    first.kill();
    simulation.api.drop(DEPLOYMENTS, NAMESPACE, BASELINE);
    await simulation.api.client().delete(EXPERIMENTS, NAMESPACE, EXPERIMENT);
    await simulation.run();
    deepStrictEqual(servedLabels(simulation.api), versionLabels("v2"));
  });

  it("goes even when its user's own VirtualService has gone", async () => {
    const simulation = new Simulation({ routingReference: "mine" });
    const rule: VirtualService = {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name: "mine", namespace: NAMESPACE },
      spec: { hosts: ["reviews"], http: [{ route: [{ destination: { host: "reviews" } }] }] },
    };
    simulation.api.put(VIRTUAL_SERVICES, rule);
    const first = simulation.start([]);
    await simulation.until(() => simulation.record?.status?.currentIteration === 2);
    first.kill();
    simulation.api.drop(VIRTUAL_SERVICES, NAMESPACE, "mine");
    await simulation.api.client().delete(EXPERIMENTS, NAMESPACE, EXPERIMENT);
    strictEqual(await simulation.run(), undefined);
    strictEqual(simulation.record, undefined);
  });

  it("goes even if the driver is killed at any write of it", async () => {
    for (let write = 1; write <= 6; write += 1) {
      for (const when of ["before", "after"] as const) {
        const simulation = new Simulation();
        const invariants = new Invariants(simulation);
        const first = simulation.start([]);
        await simulation.until(() => simulation.share === 40);
        first.kill();
        await simulation.api.client().delete(EXPERIMENTS, NAMESPACE, EXPERIMENT);
        strictEqual(await simulation.run([{ write, when, what: "die" }]), undefined);
        strictEqual(simulation.record, undefined);
        deepStrictEqual(servedLabels(simulation.api), versionLabels("v1"));
        deepStrictEqual(
          invariants.violations.filter((text) => !text.includes("the route gives 40 %")),
          [],
        );
      }
    }
  });
});
