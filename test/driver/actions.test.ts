import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { servedLabels, versionLabels } from "../support/objects";
import { Invariants } from "./invariants";
import { bad } from "./metrics";
import { LOOK_MS, Simulation, type Observe } from "./simulation";

async function midway(observe?: Observe): Promise<Simulation> {
  const simulation = new Simulation({}, observe);
  simulation.start([]);
  await simulation.until(() => (simulation.record?.status?.currentIteration ?? 0) === 2);
  return simulation;
}

function ended(simulation: Simulation): Promise<void> {
  return simulation.until(() => simulation.record?.status?.serin?.stage === "ended");
}

describe("a person's word", () => {
  it("pause holds weight and iteration for as long as it takes, resume goes on", async () => {
    const simulation = new Simulation();
    const invariants = new Invariants(simulation);
    simulation.start([]);
    await simulation.until(() => simulation.record?.status?.currentIteration === 2);
    await simulation.patch({ action: "pause" });
    await simulation.pass(LOOK_MS);
    strictEqual(simulation.record?.status?.phase, "Pause");
    await simulation.pass(300_000);
    strictEqual(simulation.share, 40);
    strictEqual(simulation.record.status.currentIteration, 2);
    strictEqual(simulation.record.status.serin?.history?.length, 1);
    await simulation.patch({ action: "resume" });
    await ended(simulation);
    strictEqual(simulation.record.status.serin?.verdict, "promoted");
    strictEqual(simulation.record.action, undefined);
    deepStrictEqual(
      invariants.violations.filter((text) => !text.includes("iteration 2 is assessed")),
      [],
    );
    deepStrictEqual(
      simulation.events.filter((event) => event === "Pause" || event === "Resume"),
      ["Pause", "Resume"],
    );
  });

  it("pause is written once, not at every look", async () => {
    const simulation = await midway();
    await simulation.patch({ action: "pause" });
    await simulation.pass(2000);
    const version = simulation.record?.metadata.resourceVersion;
    await simulation.pass(10_000);
    strictEqual(simulation.record?.metadata.resourceVersion, version);
  });

  it("resume is carried out once, even if the driver is killed before it can say so", async () => {
    const simulation = await midway();
    await simulation.patch({ action: "pause" });
    await simulation.pass(1500);
    await simulation.patch({ action: "resume" });
    await ended(simulation);
    strictEqual(simulation.record?.action, undefined);

    const killed = new Simulation();
    const first = killed.start([]);
    await killed.until(() => killed.share === 40);
    await killed.patch({ action: "pause" });
    await killed.until(() => killed.record?.status?.serin?.paused === true);
    await killed.patch({ action: "resume" });
    await killed.until(() => killed.record?.status?.serin?.paused === undefined);
    first.kill();
    killed.start([]);
    await ended(killed);
    strictEqual(killed.record?.action, undefined);
    strictEqual(killed.record?.status?.serin?.verdict, "promoted");
  });

  it("override_failure stops the release, traffic on the baseline", async () => {
    const simulation = await midway();
    await simulation.patch({ action: "override_failure" });
    await simulation.pass(LOOK_MS);
    strictEqual(simulation.share, 0);
    await ended(simulation);
    strictEqual(simulation.record?.status?.serin?.verdict, "aborted");
    deepStrictEqual(servedLabels(simulation.api), versionLabels("v1"));
    match(simulation.record.status.serin.reason, /Stopped by hand/);
  });

  it("override_success promotes, whatever the evidence", async () => {
    const simulation = await midway(bad);
    await simulation.patch({ action: "override_success" });
    await ended(simulation);
    strictEqual(simulation.record?.status?.serin?.verdict, "promoted");
    deepStrictEqual(servedLabels(simulation.api), versionLabels("v2"));
  });
});
