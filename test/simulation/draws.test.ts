import assert from "node:assert/strict";
import { createDraws, type Draws } from "../../simulation/random/draws";
import { derivedSeed, uniformStream } from "../../simulation/random/stream";
import { isNear, momentsOf, times } from "./statistics";

const COUNT = 20_000;

describe("simulation: random draws", () => {
  const cases: readonly [string, (draws: Draws) => number, mean: number, variance: number][] = [
    ["uniform", (d) => d.uniform(), 0.5, 1 / 12],
    ["normal, shifted", (d) => 10 + d.normal(), 10, 1],
    ["exponential", (d) => d.exponential(3), 3, 9],
    ["poisson, few", (d) => d.poisson(2.5), 2.5, 2.5],
    ["poisson, many", (d) => d.poisson(1500), 1500, 1500],
    ["binomial, rare", (d) => d.binomial(1500, 0.001), 1.5, 1.4985],
    ["binomial, frequent", (d) => d.binomial(300, 0.7), 210, 63],
    // Var of Beta: m (1 - m) rho.
    ["shared probability", (d) => d.sharedProbability(0.2, 0.1), 0.2, 0.016],
    ["shared outcome", (d) => d.sharedProbability(0.2, 1), 0.2, 0.16],
  ];
  for (const [name, draw, mean, variance] of cases) {
    it(`${name} has mean ${mean} and variance ${Number(variance.toPrecision(4))}`, () => {
      const draws = createDraws(7, name);
      const seen = momentsOf(times(COUNT, () => draw(draws)));
      assert.ok(isNear(seen.mean, mean, 3), `mean ${seen.mean}`);
      assert.ok(isNear(seen.variance, variance, 6), `variance ${seen.variance}`);
    });
  }

  it("draws nothing where there is nothing to draw from", () => {
    const draws = createDraws(1, "edges");
    assert.deepEqual(
      [draws.poisson(0), draws.binomial(0, 0.5), draws.binomial(10, 0), draws.binomial(10, 1.2)],
      [0, 0, 0, 10],
    );
    assert.deepEqual([draws.sharedProbability(0.3, 0), draws.sharedProbability(0, 0.5)], [0.3, 0]);
  });

  it("gives each seed and each name a stream of its own", () => {
    const start = (seed: number, name: string) => times(3, uniformStream(seed, name));
    assert.deepEqual(start(1, "a"), start(1, "a"));
    const firsts = times(2000, (i) => start(i % 50, `name ${Math.floor(i / 50)}`)[0]);
    assert.equal(new Set(firsts).size, firsts.length);
    assert.ok(isNear(momentsOf(firsts as number[]).mean, 0.5, 5));
  });

  it("derives as many seeds as there are runs", () => {
    const seeds = times(1000, (i) => derivedSeed(1, `release ${i}`));
    assert.equal(new Set(seeds).size, 1000);
    assert.ok(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32));
  });
});
