import { findRoot } from "./findRoot";

/** The logarithm of a beta-binomial mixture martingale, one- or two-sided. */
export type LogMixture = (successes: number, trials: number, p: number, weight: number) => number;

/**
 * The boundary of a beta-binomial mixture: the s ≥ 0 at which the martingale of a process with steps in [−g, h] reaches
 * 1 / α at intrinsic time v. Such a process is s = (g + h) successes − g trials, with v = g h trials and
 * p = g / (g + h). Where all successes are not enough, it is the v / g that they come to.
 *
 * Domain: v ≥ 0, g > 0, h > 0, 0 < alpha < 1, weight > 0, NaN elsewhere.
 *
 * Howard, Ramdas, McAuliffe & Sekhon, arXiv:1810.08240, the beta-binomial mixtures.
 *
 * @example betaBinomialBoundary(bernoulliLogMixture, 0.25, 0.05, 0.5, 0.5, 10) // 0.5: one trial proves nothing
 */
export function betaBinomialBoundary(
  logMixture: LogMixture,
  v: number,
  alpha: number,
  g: number,
  h: number,
  weight: number,
): number {
  if (!(v >= 0 && v < Infinity && g > 0 && h > 0 && alpha > 0 && alpha < 1 && weight > 0)) return NaN;
  const p = g / (g + h);
  const trials = v / (g * h);
  const threshold = -Math.log(alpha);
  const excess = (successes: number): number => logMixture(successes, trials, p, weight) - threshold;
  if (excess(trials) <= 0) return v / g;
  const successes = findRoot(excess, trials * p, trials);
  return (g + h) * (successes - trials * p);
}
