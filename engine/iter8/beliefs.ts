import type { RandomSource } from "../random";
import { AnalysisError } from "./errors";
import type { WireBelief } from "./lastState";
import type { MinMax, Reading } from "./types";

/** What a metric's true value of one version may be. */
export type Belief = BetaBelief | NormalBelief;

/** Between `min` and `max`: min + (max - min) times a draw from Beta(alpha, beta). */
export interface BetaBelief extends MinMax {
  readonly kind: "beta";
  readonly alpha: number;
  readonly beta: number;
}

export interface NormalBelief {
  readonly kind: "normal";
  readonly mean: number;
  readonly sd: number;
}

/**
 * What is believed after this reading, or undefined when it says nothing: there is no value, or the bounds coincide.
 * Readings are cumulative, so nothing is added to an earlier belief.
 *
 * Iter8 v0.1, with W requests and their sum Z = value x W: Beta(1 + (Z - min W) / (max - min),
 * 1 + (max W - Z) / (max - min)); without bounds Normal(value, sqrt(1 / (W + 1))), around 0 without any request.
 *
 * @throws {AnalysisError} when the value is so far out of bounds that no such belief exists
 */
export function believe({ sampleSize, value }: Reading, minMax?: MinMax): Belief | undefined {
  if (value === null) return undefined;
  if (minMax === undefined) {
    return { kind: "normal", mean: sampleSize > 0 ? value : 0, sd: Math.sqrt(1 / (sampleSize + 1)) };
  }
  const { min, max } = minMax;
  if (max === min) return undefined;
  const sum = sampleSize * value;
  const alpha = 1 + (sum - min * sampleSize) / (max - min);
  const beta = 1 + (max * sampleSize - sum) / (max - min);
  return checkedBeta({ kind: "beta", alpha, beta, min, max });
}

/** What is believed before any reading: Iter8 v0.1's Beta(1, 1) or Normal(0, 1). */
export function priorBelief(minMax?: MinMax): Belief {
  if (minMax === undefined) return { kind: "normal", mean: 0, sd: 1 };
  return { kind: "beta", alpha: 1, beta: 1, min: minMax.min, max: minMax.max };
}

/**
 * A value that the metric may have.
 *
 * @param optimistic takes the belief's mean where the draw is worse, which is greater
 */
export function drawValue(belief: Belief, optimistic: boolean, random: RandomSource): number {
  if (belief.kind === "normal") {
    const drawn = random.normal(belief.mean, belief.sd);
    return optimistic ? Math.min(drawn, belief.mean) : drawn;
  }
  const { alpha, beta, min, max } = belief;
  const drawn = random.beta(alpha, beta);
  return min + (max - min) * (optimistic ? Math.min(drawn, alpha / (alpha + beta)) : drawn);
}

/** The belief in Iter8's form; a counter has none, which is four nulls. */
export function writeBelief(belief: Belief | null): WireBelief {
  if (belief === null) return [null, null, null, null];
  if (belief.kind === "beta") return [belief.alpha, belief.beta, null, null];
  return [null, null, belief.mean, belief.sd];
}

/**
 * A belief from Iter8's form.
 *
 * @throws {AnalysisError} when it is of the other kind than the bounds ask for
 */
export function readBelief([alpha, beta, mean, sd]: WireBelief, minMax?: MinMax): Belief {
  if (minMax === undefined) {
    if (mean !== null && sd !== null && sd >= 0) return { kind: "normal", mean, sd };
  } else if (alpha !== null && beta !== null) {
    return checkedBeta({ kind: "beta", alpha, beta, min: minMax.min, max: minMax.max });
  }
  throw new AnalysisError("A belief in '_last_state' does not fit its criterion's 'min_max'");
}

function checkedBeta(belief: BetaBelief): BetaBelief {
  const { alpha, beta, min, max } = belief;
  if (alpha > 0 && beta > 0) return belief;
  throw new AnalysisError(`A metric's value is out of its 'min_max' of ${min} to ${max}`);
}
