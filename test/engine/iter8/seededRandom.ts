import { randomBeta, randomNormal } from "d3-random";
import type { RandomSource } from "../../../engine/random";
import { randomStream } from "../../../sandbox/mesh/random";

/** The same draws in every run. */
export function seededRandom(seed: number): RandomSource {
  const uniform = randomStream(seed, "engine");
  const normal = randomNormal.source(uniform);
  const beta = randomBeta.source(uniform);
  return { uniform, normal: (mean, sd) => normal(mean, sd)(), beta: (a, b) => beta(a, b)() };
}

/** For what must not depend on chance. */
export const noRandom: RandomSource = {
  uniform: () => fail(),
  normal: () => fail(),
  beta: () => fail(),
};

function fail(): never {
  throw new Error("a random number was drawn");
}
