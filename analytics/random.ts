import { randomBeta, randomNormal } from "d3-random";
import type { RandomSource } from "../engine";

/** Draws that differ from call to call, as Iter8's do. */
export const chance: RandomSource = {
  uniform: () => Math.random(),
  normal: (mean, sd) => randomNormal(mean, sd)(),
  beta: (alpha, beta) => randomBeta(alpha, beta)(),
};
