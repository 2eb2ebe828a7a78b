import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { Deployment } from "../../adapters/kubernetes/deployments";
import { DEPLOYMENTS, SERVICES } from "../../adapters/kubernetes/paths";
import { VIRTUAL_SERVICES } from "../../adapters/istio/rules";
import {
  deployment,
  destinationRule,
  NAMESPACE,
  RULE,
  servedLabels,
  SERVICE,
  versionLabels,
  virtualService,
  weightsOf,
} from "../support/objects";
import { Invariants } from "./invariants";
import { BASELINE, CANDIDATE, LOOK_MS, Simulation } from "./simulation";

async function midway(cleanup = false): Promise<Simulation> {
  const simulation = new Simulation({ cleanup });
  simulation.start([]);
  await simulation.until(() => simulation.share === 40);
  return simulation;
}

function ended(simulation: Simulation): Promise<void> {
  return simulation.until(() => simulation.record?.status?.serin?.stage === "ended");
}

function setReady(simulation: Simulation, name: string, readyReplicas: number): void {
  simulation.api.edit<Deployment>(DEPLOYMENTS, NAMESPACE, name, (one) => ({
    ...one,
    status: { ...one.status, readyReplicas },
  }));
}

describe("targets that go", () => {
  it("a candidate without a Ready pod is rolled back within one look", async () => {
    const simulation = new Simulation();
    const invariants = new Invariants(simulation);
    simulation.start([]);
    await simulation.until(() => simulation.share === 40);
    setReady(simulation, CANDIDATE, 0);
    await simulation.pass(LOOK_MS);
    strictEqual(simulation.share, 0);
    await ended(simulation);
    strictEqual(simulation.record?.status?.serin?.verdict, "rolledBack");
    match(simulation.record.status.serin.reason, /reviews-v2 has no Ready pod left/);
    deepStrictEqual(servedLabels(simulation.api), versionLabels("v1"));
    deepStrictEqual(
      invariants.violations.filter((text) => !text.includes("is assessed after")),
      [],
    );
  });

  it("a deleted candidate aborts, all traffic on the baseline", async () => {
    const simulation = await midway();
    simulation.api.drop(DEPLOYMENTS, NAMESPACE, CANDIDATE);
    await ended(simulation);
    strictEqual(simulation.record?.status?.serin?.verdict, "aborted");
    deepStrictEqual(servedLabels(simulation.api), versionLabels("v1"));
  });

  it("a deleted baseline promotes the candidate", async () => {
    const simulation = await midway();
    simulation.api.drop(DEPLOYMENTS, NAMESPACE, BASELINE);
    await simulation.pass(LOOK_MS);
    deepStrictEqual(servedLabels(simulation.api), versionLabels("v2"));
    await ended(simulation);
    strictEqual(simulation.record?.status?.serin?.verdict, "promoted");
    strictEqual(simulation.record.status.serin.winner, CANDIDATE);
  });

  it("a deleted Service aborts, all traffic on the baseline", async () => {
    const simulation = await midway(true);
    simulation.api.drop(SERVICES, NAMESPACE, SERVICE);
    await ended(simulation);
    strictEqual(simulation.record?.status?.serin?.verdict, "aborted");
    deepStrictEqual(servedLabels(simulation.api), versionLabels("v1"));
    strictEqual(simulation.api.peek(DEPLOYMENTS, NAMESPACE, CANDIDATE), undefined);
  });
});

describe("targets that are still to come", () => {
  it("the guard stands before the candidate is there, and until it is Ready", async () => {
    const simulation = new Simulation();
    simulation.api.drop(DEPLOYMENTS, NAMESPACE, CANDIDATE);
    const invariants = new Invariants(simulation);
    simulation.start([]);
    await simulation.pass(5000);
    deepStrictEqual(weightsOf(virtualService(simulation.api)), { stable: 100 });
    deepStrictEqual(servedLabels(simulation.api), versionLabels("v1"));
    strictEqual(simulation.record?.status?.serin?.reason, "Missing Candidate");
    ok(simulation.events.includes("TargetsNotFound: Missing Candidate"));

    simulation.api.put(DEPLOYMENTS, deployment(CANDIDATE, versionLabels("v2"), 0));
    await simulation.pass(5000);
    deepStrictEqual(weightsOf(virtualService(simulation.api)), { baseline: 100, candidate: 0 });
    strictEqual(simulation.record.status.phase, "Pause");

    setReady(simulation, CANDIDATE, 1);
    await ended(simulation);
    strictEqual(simulation.record.status.serin?.verdict, "promoted");
    invariants.assertNone();
    deepStrictEqual(invariants.routed, [0, 20, 40, 50, 100]);
  });

  it("a candidate alone gets no route to itself", async () => {
    const simulation = new Simulation();
    simulation.api.drop(DEPLOYMENTS, NAMESPACE, BASELINE);
    simulation.start([]);
    await simulation.pass(5000);
    strictEqual(simulation.api.peek(VIRTUAL_SERVICES, NAMESPACE, RULE), undefined);
    strictEqual(destinationRule(simulation.api), undefined);
    strictEqual(simulation.record?.status?.serin?.reason, "Missing Baseline");
  });

  it("a candidate that never gets Ready is rolled back without one request", async () => {
    const simulation = new Simulation({ serin: { readyTimeout: "30s" } });
    setReady(simulation, CANDIDATE, 0);
    const invariants = new Invariants(simulation);
    const record = await simulation.run();
    strictEqual(record?.status?.serin?.verdict, "rolledBack");
    match(record.status.serin.reason, /Deployment reviews-v2 is not Ready after 30s; it never got a request/);
    deepStrictEqual(invariants.routed, [0]);
  });
});
