import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { LEASES } from "../../adapters/kubernetes/paths";
import { virtualService, weightsOf } from "../support/objects";
import { Invariants } from "./invariants";
import { scripted, type Sight } from "./metrics";
import { INTERVAL_MS, Simulation } from "./simulation";

/** How long requests hang, each before and after its effect: mostly not, now and then longer than Lease and iteration. */
const latencyArb = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 400 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1000, max: 30_000 }) },
  ),
  { minLength: 1, maxLength: 60 },
);

const sightsArb = fc.array(fc.constantFrom<Sight>("good", "good", "bad"), { minLength: 1, maxLength: 4 });

/** Requests hang as the values say, and then no more: whoever waits long enough gets through. */
function inTurn(values: readonly number[]): () => number {
  let i = 0;
  return () => values[i++] ?? 0;
}

async function race(
  sights: readonly Sight[],
  latencies: readonly (readonly number[])[],
  zombie: boolean,
): Promise<void> {
  const traffic = { trafficStepSize: 15, maxTrafficPercentage: 50, maxIterations: sights.length };
  const simulation = new Simulation({ traffic, cleanup: true }, scripted(sights, INTERVAL_MS));
  const invariants = new Invariants(simulation, { instant: false });
  const drivers = latencies.map((values) => simulation.start([], { zombie, latency: inTurn(values) }));
  const ended = await simulation.clock.run(Promise.all(drivers.map(({ result }) => result)), 24 * 3_600_000);
  invariants.assertNone();
  const verdict = sights.at(-1) === "bad" ? "rolledBack" : "promoted";
  for (const one of ended) strictEqual(one?.status?.serin?.verdict, verdict);
  deepStrictEqual(weightsOf(virtualService(simulation.api)), { stable: 100 });
  strictEqual(simulation.api.all(LEASES).length, zombie ? 0 : 1);
}

describe("two drivers of one experiment", function () {
  this.timeout(60_000);

  it("never interleave, however long their requests hang", async () => {
    const two = fc.tuple(latencyArb, latencyArb);
    await fc.assert(
      fc.asyncProperty(sightsArb, two, (sights, latencies) => race(sights, latencies, false)),
      { numRuns: 80 },
    );
  });

  it("do no harm even when neither heeds the Lease", async () => {
    const two = fc.tuple(latencyArb, latencyArb);
    await fc.assert(
      fc.asyncProperty(sightsArb, two, (sights, latencies) => race(sights, latencies, true)),
      { numRuns: 150 },
    );
  });
});
