import assert from "node:assert/strict";
import type { AbnPlan } from "../../../engine/abn";
import { wilsonInterval } from "../../../engine/statistics/wilsonInterval";
import { errorsCriterion, planOf } from "./builders";
import { chance, release, type Ended, type World } from "./simulate";

function releases(plan: AbnPlan, world: World, times: number, seed: number): Ended[] {
  const random = chance(seed);
  return Array.from({ length: times }, () => release(plan, world, random));
}

const count = (ended: readonly Ended[], of: (end: Ended) => boolean) => ended.filter(of).length;
const wonBy = (ended: readonly Ended[], version: string) => count(ended, ({ state }) => state.winner === version);
const requests = (ended: readonly Ended[]) => ended.reduce((sum, end) => sum + end.requests, 0) / ended.length;

function assertRate(errors: number, times: number, alpha: number): void {
  const [, upper] = wilsonInterval(errors, times);
  assert.ok(upper <= 1.2 * alpha, `${errors} of ${times}`);
}

const alpha = 0.2;

describe("error rates of A/B/n over whole releases", () => {
  const equal: readonly [string, number, Partial<AbnPlan>, World][] = [
    ["two rare ratios", 300, { candidates: ["v2"] }, ratio([0.01, 0.01])],
    ["three ratios that are almost 1", 200, {}, ratio([0.99, 0.99, 0.99])],
    ["two means", 300, { candidates: ["v2"] }, mean([3, 3])],
    ["three means", 200, {}, mean([3, 3, 3])],
    ["three ratios, traffic by Thompson draws", 80, { split: "thompson" }, { ...ratio([0.01, 0.01, 0.01]), looks: 40 }],
    [
      "two means, traffic by top-two draws",
      70,
      { candidates: ["v2"], split: "topTwo" },
      { ...mean([3, 3]), looks: 40 },
    ],
  ];
  for (const [name, times, settings, world] of equal)
    it(`seldom names a winner among equals: ${name}`, () => {
      const ended = releases(planOf({ alpha, ...settings }), world, times, 1);
      assertRate(
        count(ended, ({ state }) => state.winner !== undefined),
        times,
        alpha,
      );
    });

  it("seldom drops a candidate at the edge of its tolerance", () => {
    const plan = planOf({ alpha, criteria: [{ ...errorsCriterion, floor: undefined }] });
    const world = ratio([0.1, 0.1, 0.1], [0.01, 0.02, 0.02]);
    const ended = releases(plan, world, 120, 2);
    assertRate(
      count(ended, ({ state }) => state.dropped.length > 0),
      120,
      alpha,
    );
  });

  it("names a clear best, ratio and mean", () => {
    for (const world of [ratio([0.1, 0.1, 0.14]), mean([1, 1, 1.1])]) {
      const ended = releases(planOf(), { ...world, requestsPerLook: 1200 }, 100, 3);
      assert.ok(wonBy(ended, "v3") >= 97, `${wonBy(ended, "v3")} of 100`);
    }
  });

  it("drops a harmful candidate although its reward is the best", () => {
    const world = ratio([0.1, 0.1, 0.2], [0.002, 0.002, 0.03]);
    const ended = releases(planOf({ criteria: [errorsCriterion] }), world, 50, 4);
    assert.ok(count(ended, ({ state }) => state.dropped.includes("v3")) >= 49);
    assert.equal(wonBy(ended, "v3"), 0);
    assert.equal(
      count(ended, ({ state }) => state.dropped.includes("v2")),
      0,
    );
  });

  it("finds the best of six with fewer requests by topTwo than by equal shares", () => {
    const candidates = ["v2", "v3", "v4", "v5", "v6"];
    const world = { ...mean([0.4, 0.4, 0.56, 0.48, 0.36, 0.36]), requestsPerLook: 1000, looks: 150 };
    const [topTwo, uniform] = (["topTwo", "uniform"] as const).map((split) =>
      releases(planOf({ candidates, split }), world, 30, 5),
    ) as [Ended[], Ended[]];
    assert.ok(wonBy(topTwo, "v3") >= 29 && wonBy(uniform, "v3") >= 29);
    assert.ok(requests(topTwo) < 0.85 * requests(uniform), `${requests(topTwo)}, ${requests(uniform)}`);
  });
});

/** Releases of 60 looks at 600 requests, of a service whose past is known. */
function ratio(rewards: readonly number[], errors: readonly number[] = []): World {
  const truth = rewards.map((reward, i) => ({ reward, errors: errors[i] ?? 0 }));
  return { kind: "ratio", truth, requestsPerLook: 600, looks: 60, past: 120 };
}

function mean(rewards: readonly number[]): World {
  return { ...ratio(rewards), kind: "mean" };
}
