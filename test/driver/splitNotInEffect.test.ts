import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Invariants } from "./invariants";
import { INTERVAL_MS, Simulation, type Observe } from "./simulation";

/** Requests of all callers together in a ms. */
const PER_MS = 1;

/** Prometheus in a mesh whose proxies hear of no change while they are cut off. */
class Mesh {
  isCutOff = false;
  private at = 0;
  private share = 0;
  private readonly total = { baseline: 0, candidate: 0 };

  constructor(private readonly shareAsked: () => number) {}

  /** Lets requests pass until now. They are counted from the release's beginning. */
  pass(now: number): void {
    const begins = this.share === 0;
    if (!this.isCutOff) this.share = this.shareAsked();
    const requests = begins ? 0 : (now - this.at) * PER_MS;
    this.at = now;
    this.total.candidate += (requests * this.share) / 100;
    this.total.baseline += (requests * (100 - this.share)) / 100;
  }

  readonly observe: Observe = (_experiment, _startedAt, now) => {
    this.pass(now);
    const version = (name: "baseline" | "candidate") => ({ value: 100, sampleSize: Math.floor(this.total[name]) });
    const [baseline, candidate] = [version("baseline"), version("candidate")];
    return { kind: "values", metrics: [{ metric: "latency", isCounter: false, unit: "ms", baseline, candidate }] };
  };

  /** Keeps requests coming. */
  async run(simulation: Simulation): Promise<void> {
    for (;;) {
      this.pass(simulation.clock.now());
      await simulation.clock.sleep(100);
    }
  }
}

function stage(serin: object = {}): { simulation: Simulation; mesh: Mesh } {
  const mesh: Mesh = new Mesh(() => simulation.share ?? 0);
  const simulation: Simulation = new Simulation(
    { serin, traffic: { maxIterations: 6, interval: `${INTERVAL_MS}ms` } },
    mesh.observe,
  );
  void mesh.run(simulation);
  return { simulation, mesh };
}

async function cutOffAtTwenty(simulation: Simulation, mesh: Mesh): Promise<void> {
  await simulation.until(() => simulation.share === 20);
  await simulation.pass(INTERVAL_MS / 2);
  mesh.isCutOff = true;
}

function routingRules({ record }: Simulation) {
  const condition = record?.status?.conditions?.find(({ type }) => type === "RoutingRulesReady");
  return condition && [condition.status, condition.reason];
}

describe("a weight that the proxies do not hear of", () => {
  it("is held, told once, and goes on where it was when they are connected again", async () => {
    const { simulation, mesh } = stage({ maxStall: "1h" });
    const invariants = new Invariants(simulation);
    const process = simulation.start([]);
    await cutOffAtTwenty(simulation, mesh);
    await simulation.until(() => simulation.share === 40);
    await simulation.pass(20_000);
    const held = simulation.record?.status;
    deepStrictEqual([simulation.share, held?.currentIteration], [40, 2]);
    match(held?.serin?.reason ?? "", /^Held at 40 %: The weight is not in effect: of [\d,]+ requests [\d.]+ % reached/);
    deepStrictEqual(routingRules(simulation), ["False", "RoutingRulesError"]);
    const told = () => simulation.events.filter((event) => event.startsWith("RoutingRules"));
    strictEqual(told().length, 1);
    match(told()[0] ?? "", /^RoutingRulesError: The weight is not in effect/);

    mesh.isCutOff = false;
    await simulation.until(() => told().length > 1);
    deepStrictEqual([told()[1], routingRules(simulation)], ["RoutingRulesReady", ["True", "RoutingRulesReady"]]);
    deepStrictEqual([simulation.share, simulation.record?.status?.currentIteration], [40, 2]);
    const ended = await simulation.clock.run(process.result);
    strictEqual(ended?.status?.serin?.verdict, "promoted");
    strictEqual(told().length, 2);
    deepStrictEqual(
      ended.status.serin.history?.map(({ iteration, weight }) => [iteration, weight]),
      [20, 40, 50, 50, 50, 50].map((weight, i) => [i + 1, weight]),
    );
    invariants.assertNone();
  });

  it("is held by the driver that comes after one that was killed", async () => {
    const { simulation, mesh } = stage({ maxStall: "1h" });
    const first = simulation.start([]);
    await cutOffAtTwenty(simulation, mesh);
    await simulation.until(() => routingRules(simulation)?.[0] === "False");
    first.kill();
    const second = simulation.start([]);
    await simulation.pass(30_000);
    deepStrictEqual([simulation.share, simulation.record?.status?.currentIteration], [40, 2]);
    strictEqual(simulation.events.filter((event) => event.startsWith("RoutingRules")).length, 1);
    mesh.isCutOff = false;
    strictEqual((await simulation.clock.run(second.result))?.status?.serin?.verdict, "promoted");
  });

  it("ends the release as inconclusive after maxStall", async () => {
    const { simulation, mesh } = stage({ maxStall: "20s" });
    const process = simulation.start([]);
    await cutOffAtTwenty(simulation, mesh);
    const ended = await simulation.clock.run(process.result);
    strictEqual(ended?.status?.serin?.verdict, "inconclusive");
    match(ended.status.serin.reason, /^The weight of 40 % was not in effect for 20s/);
    ok(!simulation.events.includes("RoutingRulesReady"));
  });
});
