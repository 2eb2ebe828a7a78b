import { bernoulliLogMixture } from "./bernoulliLogMixture";
import { betaPriorWeight } from "./betaPriorWeight";
import { countBelow } from "./countBelow";
import { minimizeConvex } from "./minimizeConvex";

/** What one arm says against every candidate x for its quantile: least at `likeliest`, rising away from it. */
interface Arm {
  readonly ascending: Float64Array;
  readonly likeliest: number;
  readonly logMixtureAt: (x: number) => number;
}

function armOf(values: readonly number[], quantile: number, weight: number): Arm {
  const ascending = Float64Array.from(values).sort();
  const trials = ascending.length;
  const logMixture = (below: number): number => bernoulliLogMixture(below, trials, quantile, weight);
  const leastBelow = minimizeConvex(logMixture, 0, trials);
  const likeliest = ascending[Math.min(trials - 1, Math.floor(leastBelow))] as number;
  const logMixtureAt = (x: number): number => {
    // With ties at x any count between these two is possible under the hypothesis; the least evidence is safe.
    const [fewest, most] = [countBelow(ascending, x), countBelow(ascending, x, true)];
    return logMixture(Math.min(most, Math.max(fewest, leastBelow)));
  };
  return { ascending, likeliest, logMixtureAt };
}

/**
 * The always-valid p-value of the hypothesis that two samples come from distributions with the same quantile, two-sided:
 * under it, the p-value after any number of values, also a number chosen by looking, is ≤ α with probability α at most.
 * It is
 *
 *     min(1, exp(−infₓ [G₁(x) + G₂(x)])),
 *
 * where Gₖ(x) is the log of the beta-binomial mixture martingale of arm k against x as its quantile, and the mixtures
 * are tuned for tOpt values an arm and the level alphaOpt.
 *
 * Domain: 0 < quantile < 1, tOpt > 0, 0 < alphaOpt < 1, values in any order but not NaN, NaN elsewhere. It is 1 while
 * an arm has no values.
 *
 * Howard & Ramdas, "Sequential estimation of quantiles with applications to A/B testing and best-arm identification",
 * Bernoulli 28 (2022), arXiv:1906.09712, on A/B testing.
 *
 * @example quantileAbTestPValue([1, 2, …, 1000], [101, 102, …, 1100], 0.5, 100) // 0.00549470124808
 */
export function quantileAbTestPValue(
  valuesA: readonly number[],
  valuesB: readonly number[],
  quantile: number,
  tOpt: number,
  alphaOpt: number = 0.05,
): number {
  const weight = betaPriorWeight(tOpt, alphaOpt);
  if (!(quantile > 0 && quantile < 1 && weight > 0)) return NaN;
  if (valuesA.some(Number.isNaN) || valuesB.some(Number.isNaN)) return NaN;
  if (valuesA.length === 0 || valuesB.length === 0) return 1;

  const arms = [armOf(valuesA, quantile, weight), armOf(valuesB, quantile, weight)] as const;
  const [lower, upper] = arms[0].likeliest <= arms[1].likeliest ? arms : [arms[1], arms[0]];
  const evidenceAt = (x: number): number => lower.logMixtureAt(x) + upper.logMixtureAt(x);

  // Between the two likeliest points only the upper arm's evidence falls, and that only at its values.
  const from = countBelow(upper.ascending, lower.likeliest);
  const to = countBelow(upper.ascending, upper.likeliest, true);
  let least = evidenceAt(lower.likeliest);
  for (const x of new Set(upper.ascending.subarray(from, to))) least = Math.min(least, evidenceAt(x));
  return Math.min(1, Math.exp(-least));
}
