import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { DEPLOYMENTS } from "../../adapters/kubernetes/paths";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { destinationRule, NAMESPACE, servedLabels, versionLabels, virtualService, weightsOf } from "../support/objects";
import { Invariants } from "./invariants";
import { scripted, type Sight } from "./metrics";
import { BASELINE, CANDIDATE, INTERVAL_MS, Simulation, type Fate, type Setting } from "./simulation";

interface Plan {
  readonly step: number;
  readonly maxWeight: number;
  readonly sights: readonly Sight[];
  readonly stopOnFailure: boolean;
  readonly cleanup: boolean;
}

const planArb: fc.Arbitrary<Plan> = fc.record({
  step: fc.integer({ min: 1, max: 60 }),
  maxWeight: fc.integer({ min: 1, max: 100 }),
  sights: fc.array(fc.constantFrom<Sight>("good", "good", "good", "bad", "gap"), { minLength: 1, maxLength: 5 }),
  stopOnFailure: fc.boolean(),
  cleanup: fc.boolean(),
});

const fateArb = (what: fc.Arbitrary<Fate["what"]>): fc.Arbitrary<Fate> =>
  fc.record({ write: fc.integer({ min: 1, max: 30 }), when: fc.constantFrom("before", "after"), what });

function settingOf({ step, maxWeight, sights, stopOnFailure, cleanup }: Plan): Setting {
  const traffic = { trafficStepSize: step, maxTrafficPercentage: maxWeight, maxIterations: sights.length };
  return { traffic, stopOnFailure, cleanup };
}

/** Iterations and verdict as check_and_increment has them, in the plainest way. */
function expected({ step, maxWeight, sights, stopOnFailure }: Plan): { weights: number[]; verdict: string } {
  const weights: number[] = [];
  let weight = Math.min(step, maxWeight);
  for (const sight of sights) {
    weights.push(weight);
    if (sight === "bad" && stopOnFailure) return { weights, verdict: "rolledBack" };
    if (sight !== "bad") weight = Math.min(weight + step, maxWeight);
  }
  return { weights, verdict: sights.at(-1) === "bad" ? "rolledBack" : "promoted" };
}

function assertRightEnd(simulation: Simulation, plan: Plan, ended: ExperimentResource | undefined): void {
  const { weights, verdict } = expected(plan);
  const own = ended?.status?.serin;
  strictEqual(own?.verdict, verdict);
  strictEqual(own.stage, "ended");
  deepStrictEqual(
    own.history?.map((entry) => entry.weight),
    weights,
  );
  deepStrictEqual(
    own.history?.map((entry) => entry.iteration),
    weights.map((_, i) => i + 1),
  );
  const [winner, loser] = verdict === "promoted" ? [CANDIDATE, BASELINE] : [BASELINE, CANDIDATE];
  strictEqual(own.winner, winner);
  deepStrictEqual(weightsOf(virtualService(simulation.api)), { stable: 100 });
  deepStrictEqual(destinationRule(simulation.api)?.spec.subsets, [
    { name: "stable", labels: versionLabels(winner === CANDIDATE ? "v2" : "v1") },
  ]);
  deepStrictEqual(servedLabels(simulation.api), versionLabels(winner === CANDIDATE ? "v2" : "v1"));
  ok(simulation.api.peek(DEPLOYMENTS, NAMESPACE, winner), "the winner stays");
  strictEqual(simulation.api.peek(DEPLOYMENTS, NAMESPACE, loser) === undefined, plan.cleanup);
}

async function runAndCheck(plan: Plan, ...fates: readonly (readonly Fate[])[]): Promise<Simulation> {
  const simulation = new Simulation(settingOf(plan), scripted(plan.sights, INTERVAL_MS));
  const invariants = new Invariants(simulation);
  const ended = await simulation.run(...fates);
  invariants.assertNone();
  assertRightEnd(simulation, plan, ended);
  return simulation;
}

describe("a driver that is killed", function () {
  this.timeout(60_000);

  const plans: Record<string, Plan> = {
    "a good candidate": {
      step: 20,
      maxWeight: 50,
      sights: ["good", "gap", "good"],
      stopOnFailure: true,
      cleanup: true,
    },
    "a bad candidate": { step: 20, maxWeight: 50, sights: ["good", "bad", "bad"], stopOnFailure: false, cleanup: true },
  };
  for (const [name, plan] of Object.entries(plans)) {
    it(`before or after any one write, with ${name}`, async () => {
      const writes = (await runAndCheck(plan)).api.writes.length;
      ok(writes > 20, `only ${writes} writes`);
      for (let write = 1; write <= writes; write += 1) {
        for (const when of ["before", "after"] as const) {
          await runAndCheck(plan, [{ write, when, what: "die" }]).catch((error: Error) => {
            throw new Error(`killed ${when} write ${write}: ${error.message}`, { cause: error });
          });
        }
      }
    });
  }

  it("any number of times, whatever the plan and the metrics", async () => {
    const kills = fc.array(
      fateArb(fc.constant("die")).map((fate) => [fate]),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(planArb, kills, async (plan, fates) => void (await runAndCheck(plan, ...fates))),
      { numRuns: 80 },
    );
  });

  it("amid answers that are errors, whether the write was done or not", async () => {
    const fates = fc.array(fc.array(fateArb(fc.constantFrom("die", "error", "error")), { maxLength: 5 }), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(planArb, fates, async (plan, all) => void (await runAndCheck(plan, ...all))),
      { numRuns: 80 },
    );
  });
});
