import { strictEqual } from "node:assert/strict";
import { worldOver } from "../../driver/realWorld";
import { tick } from "../../driver/tick";
import { NAMESPACE } from "../support/objects";
import { EXPERIMENT, INTERVAL_MS, Simulation } from "./simulation";

/** A release whose iteration 1 has fallen due, although its weight came into effect only now. */
async function late() {
  const simulation = new Simulation();
  const first = simulation.start([]);
  await simulation.until(() => simulation.share === 20);
  first.kill();
  await simulation.pass(INTERVAL_MS + 10);
  const { clock, api, observe } = simulation;
  const world = worldOver(api.client(), {
    clock: clock.machine(),
    driver: "controller",
    mayWrite: () => undefined,
    observe: async (experiment, startedAt, now) => observe(experiment, startedAt, now),
    history: async () => [],
    announce: async () => undefined,
  });
  const drain = { weightSince: clock.now() };
  return { simulation, look: () => clock.run(tick(world, NAMESPACE, EXPERIMENT, drain)) };
}

describe("a weight that came into effect late", () => {
  it("has its iteration before it is judged", async () => {
    const { simulation, look } = await late();
    await look();
    strictEqual(simulation.record?.status?.currentIteration, 1);
    await simulation.pass(INTERVAL_MS);
    await look();
    strictEqual(simulation.record?.status?.currentIteration, 2);
  });

  it("does not make a person who ends the release wait", async () => {
    const { simulation, look } = await late();
    await simulation.patch({ action: "override_failure" });
    await look();
    strictEqual(simulation.record?.status?.serin?.verdict, "aborted");
  });
});
