import { ok, strictEqual } from "node:assert/strict";
import { destinationRule, virtualService } from "../support/objects";
import { LOOK_MS, Simulation } from "./simulation";

describe("a release that has not begun", () => {
  it("holds its first route back until the subsets have been there for as long as is asked for", async () => {
    const simulation = new Simulation({ serin: { propagation: "20s" } });
    const { api, clock } = simulation;
    const start = clock.now();
    simulation.start([]);
    await simulation.pass(20_000 - LOOK_MS);
    ok(destinationRule(api) !== undefined);
    strictEqual(virtualService(api), undefined);
    await simulation.until(() => simulation.share === 20);
    const waited = clock.now() - start;
    ok(waited >= 20_000 && waited < 20_000 + LOOK_MS, `${waited} ms`);
  });

  it("does not wait for its subsets where that is switched off", async () => {
    const simulation = new Simulation({ serin: { propagation: "0s" } });
    const start = simulation.clock.now();
    simulation.start([]);
    await simulation.until(() => simulation.share === 20);
    ok(simulation.clock.now() - start < LOOK_MS);
  });
});
