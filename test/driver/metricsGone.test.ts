import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { servedLabels, versionLabels } from "../support/objects";
import { Invariants } from "./invariants";
import { good, UNAVAILABLE, unavailable } from "./metrics";
import { INTERVAL_MS, Simulation } from "./simulation";

describe("metrics that cannot be had", () => {
  it("hold the weight, and the release goes on when they are back", async () => {
    let down = false;
    const simulation = new Simulation({ serin: { maxStall: "1h" } }, (...args) => (down ? UNAVAILABLE : good(...args)));
    const invariants = new Invariants(simulation);
    const process = simulation.start([]);
    await simulation.until(() => simulation.share === 40);
    down = true;
    await simulation.pass(600_000);
    strictEqual(simulation.share, 40);
    strictEqual(simulation.record?.status?.currentIteration, 2);
    match(simulation.record.status.serin?.reason ?? "", /Held at 40 %: Nobody answers/);
    strictEqual(simulation.events.filter((event) => event.startsWith("AnalyticsServiceError")).length, 1);
    down = false;
    const ended = await simulation.clock.run(process.result);
    strictEqual(ended?.status?.serin?.verdict, "promoted");
    ok(simulation.events.includes("AnalyticsServiceRunning"));
    invariants.assertNone();
  });

  it("end it as inconclusive after maxStall, all traffic on the baseline", async () => {
    const simulation = new Simulation({ serin: { maxStall: "20s" } }, unavailable);
    const invariants = new Invariants(simulation);
    const began = simulation.clock.now();
    const ended = await simulation.run();
    strictEqual(ended?.status?.serin?.verdict, "inconclusive");
    match(ended.status.serin.reason, /No usable metrics for 20s: Nobody answers/);
    deepStrictEqual(servedLabels(simulation.api), versionLabels("v1"));
    const decided = Date.parse(ended.status.serin.decidedAt ?? "") - began;
    ok(decided >= 20_000 + INTERVAL_MS && decided < 23_000 + INTERVAL_MS, `${decided} ms`);
    invariants.assertNone();
    strictEqual(ended.status.serin.history, undefined);
  });

  it("count from when they first failed, although the driver was killed meanwhile", async () => {
    const simulation = new Simulation({ serin: { maxStall: "60s" } }, unavailable);
    const began = simulation.clock.now();
    const die = (write: number) => [{ write, when: "before" as const, what: "die" as const }];
    const ended = await simulation.run(die(16), die(4), die(5));
    strictEqual(ended?.status?.serin?.verdict, "inconclusive");
    const decided = Date.parse(ended.status.serin.decidedAt ?? "") - began;
    ok(decided < 90_000, `${decided} ms`);
  });
});

describe("the record", () => {
  it("keeps the last 50 iterations of a long release", async () => {
    const traffic = { maxIterations: 70, trafficStepSize: 1, interval: "1s" };
    const simulation = new Simulation({ traffic });
    const invariants = new Invariants(simulation);
    const ended = await simulation.run();
    invariants.assertNone();
    const history = ended?.status?.serin?.history ?? [];
    deepStrictEqual(
      history.map(({ iteration }) => iteration),
      Array.from({ length: 50 }, (_, i) => 21 + i),
    );
  });
});
