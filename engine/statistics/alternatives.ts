import { logSumExp } from "./logSumExp";

/**
 * Factors by which the alternatives of a mixture differ from the boundary of the null hypothesis: close together near 1,
 * where a real difference is small, and up to what a broken version shows.
 */
export const FACTORS: readonly number[] = [1.06, 1.15, 1.4, 1.8, 2.5, 4, 8, 20, 60];

/** What the mixture gives each alternative. Much of it goes to the large ones, where hardly anything but the weight delays a verdict. */
const LOG_WEIGHTS: readonly number[] = [0.05, 0.05, 0.06, 0.08, 0.08, 0.08, 0.1, 0.25, 0.25].map(Math.log);

export const LOG_FACTORS: readonly number[] = FACTORS.map(Math.log);

/**
 * log of the e-value of the mixture over the alternatives.
 *
 * @param logRatios log likelihood ratio of each alternative
 *
 * @example logMixture(FACTORS.map(() => 0)) // 0: no evidence yet
 */
export function logMixture(logRatios: readonly number[]): number {
  return logSumExp(logRatios.map((ratio, i) => ratio + (LOG_WEIGHTS[i] as number)));
}
