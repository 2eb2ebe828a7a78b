import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  DESTINATION_RULES,
  VIRTUAL_SERVICES,
  type DestinationRule,
  type VirtualService,
} from "../../adapters/istio/rules";
import { NAMESPACE, RULE, destinationRule, versionLabels, virtualService, weightsOf } from "../support/objects";
import { LOOK_MS, Simulation, type Setting } from "./simulation";

/** Runs until the candidate has its second share. */
async function midway(setting: Setting = {}): Promise<Simulation> {
  const simulation = new Simulation(setting);
  simulation.start([]);
  await simulation.until(() => simulation.share === 40);
  return simulation;
}

function reweigh(simulation: Simulation, baseline: number, candidate: number): void {
  simulation.api.edit<VirtualService>(VIRTUAL_SERVICES, NAMESPACE, RULE, (rule) => {
    const route = rule.spec.http?.[0]?.route?.map((to) => ({
      ...to,
      weight: to.destination.subset === "candidate" ? candidate : baseline,
    }));
    return { ...rule, spec: { ...rule.spec, http: [{ ...rule.spec.http?.[0], route }] } };
  });
}

describe("a foreign edit of the route", () => {
  it("is put right within one look and reported, and the release goes on", async () => {
    const simulation = await midway();
    reweigh(simulation, 5, 95);
    await simulation.pass(LOOK_MS);
    strictEqual(simulation.share, 40);
    const told = simulation.events.filter((event) => event.startsWith("RoutingRules"));
    deepStrictEqual(told, [
      "RoutingRulesError: The route was changed by somebody else and has been put right",
      "RoutingRulesReady",
    ]);
    await simulation.until(() => simulation.record?.status?.serin?.stage === "ended");
    strictEqual(simulation.record?.status?.serin?.verdict, "promoted");
  });

  it("without end does not keep a person from stopping the release", async () => {
    const simulation = await midway();
    await simulation.patch({ action: "override_failure" });
    reweigh(simulation, 5, 95);
    await simulation.pass(LOOK_MS);
    strictEqual(simulation.record?.status?.serin?.verdict, "aborted");
  });

  it("pauses the release, once, where the experiment says so", async () => {
    const simulation = await midway({ serin: { onForeignEdit: "pause" } });
    reweigh(simulation, 0, 100);
    await simulation.pass(LOOK_MS);
    strictEqual(simulation.share, 40);
    strictEqual(simulation.record?.status?.serin?.paused, true);
    strictEqual(simulation.record?.status?.phase, "Pause");
    match(simulation.record?.status?.serin?.reason ?? "", /changed by somebody else; paused until resumed/);
    await simulation.pass(60_000);
    strictEqual(simulation.share, 40);
    await simulation.patch({ action: "resume" });
    await simulation.until(() => simulation.record?.status?.serin?.stage === "ended");
    strictEqual(simulation.record?.status?.serin?.verdict, "promoted");
    strictEqual(simulation.record?.action, undefined);
  });

  it("is recorded before it is put right, so that a driver killed between does not forget to pause", async () => {
    const simulation = new Simulation({ serin: { onForeignEdit: "pause" } });
    const first = simulation.start([]);
    await simulation.until(() => simulation.share === 20);
    first.kill();
    reweigh(simulation, 0, 100);
    const writes = simulation.api.writes.length;
    simulation.start([]);
    await simulation.until(() => simulation.share === 20);
    const after = simulation.api.writes.slice(writes).map(({ kind }) => kind);
    ok(after.indexOf("experiments") < after.indexOf("virtualservices"), after.join());
    strictEqual(simulation.record?.status?.serin?.paused, true);
  });

  it("is noticed while the loser drains, and gives the loser its whole grace again", async () => {
    const simulation = new Simulation({ cleanup: true, serin: { gracePeriod: "10s" } });
    simulation.start([]);
    await simulation.until(() => simulation.share === 100);
    await simulation.pass(8000);
    reweigh(simulation, 50, 50);
    await simulation.pass(LOOK_MS);
    strictEqual(simulation.share, 100);
    ok(simulation.events.some((event) => event.startsWith("RoutingRulesError")));
    await simulation.pass(8500);
    strictEqual(simulation.record?.status?.serin?.stage, "ending");
    await simulation.until(() => simulation.record?.status?.serin?.stage === "ended");
  });

  it("that removes the VirtualService is put right and reported", async () => {
    const simulation = await midway();
    simulation.api.drop(VIRTUAL_SERVICES, NAMESPACE, RULE);
    await simulation.pass(LOOK_MS);
    strictEqual(simulation.share, 40);
    ok(simulation.events.some((event) => event.startsWith("RoutingRulesError")));
  });

  it("that leads elsewhere, or to a subset that nobody knows, is put right too", async () => {
    for (const destination of [{ host: "other" }, { host: "reviews", subset: "v9" }]) {
      const simulation = await midway();
      simulation.api.edit<VirtualService>(VIRTUAL_SERVICES, NAMESPACE, RULE, (rule) => ({
        ...rule,
        spec: { ...rule.spec, http: [{ route: [{ destination }] }] },
      }));
      await simulation.pass(LOOK_MS);
      strictEqual(simulation.share, 40, JSON.stringify(destination));
      ok(simulation.events.some((event) => event.startsWith("RoutingRulesError")));
    }
  });

  it("that takes the host away is put right and reported", async () => {
    const simulation = await midway();
    simulation.api.edit<VirtualService>(VIRTUAL_SERVICES, NAMESPACE, RULE, (rule) => ({
      ...rule,
      spec: { ...rule.spec, hosts: ["elsewhere"] },
    }));
    await simulation.pass(LOOK_MS);
    deepStrictEqual(virtualService(simulation.api)?.spec.hosts, ["reviews", "elsewhere"]);
    ok(simulation.events.some((event) => event.startsWith("RoutingRulesError")));
  });

  it("of the subsets is put right", async () => {
    const simulation = await midway();
    simulation.api.edit<DestinationRule>(DESTINATION_RULES, NAMESPACE, RULE, (rule) => ({
      ...rule,
      spec: { ...rule.spec, subsets: [{ name: "baseline", labels: versionLabels("v1") }] },
    }));
    await simulation.pass(LOOK_MS);
    deepStrictEqual(destinationRule(simulation.api)?.spec.subsets, [
      { name: "stable", labels: versionLabels("v1") },
      { name: "baseline", labels: versionLabels("v1") },
      { name: "candidate", labels: versionLabels("v2") },
    ]);
  });

  it("of fields that are not Serin's is left alone", async () => {
    const simulation = await midway();
    simulation.api.edit<VirtualService>(VIRTUAL_SERVICES, NAMESPACE, RULE, (rule) => ({
      ...rule,
      metadata: { ...rule.metadata, labels: { ...rule.metadata.labels, team: "blue" } },
      spec: { ...rule.spec, http: [{ ...rule.spec.http?.[0], timeout: "3s" }] },
    }));
    simulation.api.edit<DestinationRule>(DESTINATION_RULES, NAMESPACE, RULE, (rule) => ({
      ...rule,
      spec: { ...rule.spec, trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" } } },
    }));
    await simulation.until(() => simulation.record?.status?.serin?.stage === "ended");
    const rule = virtualService(simulation.api);
    strictEqual(rule?.metadata.labels?.["team"], "blue");
    strictEqual(rule.spec.http?.[0]?.["timeout"], "3s");
    deepStrictEqual(weightsOf(rule), { stable: 100 });
    deepStrictEqual(destinationRule(simulation.api)?.spec["trafficPolicy"], { tls: { mode: "ISTIO_MUTUAL" } });
    ok(!simulation.events.some((event) => event.startsWith("RoutingRulesError")));
  });
});
