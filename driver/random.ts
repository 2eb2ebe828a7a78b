import { createHash } from "node:crypto";
import { randomBeta, randomNormal } from "d3-random";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomSource } from "../engine";

/** A source that gives the same draws for the same text, so that a step that is repeated decides the same again. */
export function randomSource(seed: string): RandomSource {
  const digest = createHash("sha256").update(seed).digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
  const uniform = () => uniformFloat64(generator);
  const [normal, beta] = [randomNormal.source(uniform), randomBeta.source(uniform)];
  return {
    uniform,
    normal: (mean, sd) => normal(mean, sd)(),
    beta: (a, b) => beta(a, b)(),
  };
}
