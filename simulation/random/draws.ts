import { randomBeta, randomBinomial, randomNormal, randomPoisson } from "d3-random";
import { uniformStream } from "./stream";

/** Independent random draws from one stream. All are exact: none is replaced by a normal approximation. */
export interface Draws {
  /** Uniform on [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Exponential with this mean; Infinity for an infinite one. */
  exponential(mean: number): number;
  /** Poisson with this mean; 0 for a mean of 0 or less. */
  poisson(mean: number): number;
  /** Successes of `trials` independent trials; a probability outside of 0 to 1 counts as the nearer of the two. */
  binomial(trials: number, probability: number): number;
  /**
   * A probability with this mean, of which several trials share each draw: Beta, so that two trials that share one have the
   * given correlation. The mean itself where nothing can vary: correlation 0, or a mean of 0 or 1.
   */
  sharedProbability(mean: number, correlation: number): number;
}

/** The draws of one consumer; see {@link uniformStream} for what the name is good for. */
export function createDraws(seed: number, name: string): Draws {
  const uniform = uniformStream(seed, name);
  const poisson = randomPoisson.source(uniform);
  // The types of d3-random leave out the number of trials.
  const binomial = randomBinomial.source(uniform) as unknown as (trials: number, probability: number) => () => number;
  const beta = randomBeta.source(uniform);
  return {
    uniform,
    normal: randomNormal.source(uniform)(),
    exponential: (mean) => -Math.log1p(-uniform()) * mean,
    poisson: (mean) => (mean > 0 ? poisson(mean)() : 0),
    binomial(trials, probability) {
      if (!(trials > 0 && probability > 0)) return 0;
      return probability < 1 ? binomial(trials, probability)() : trials;
    },
    sharedProbability(mean, correlation) {
      if (!(correlation > 0 && mean > 0 && mean < 1)) return mean;
      // Where all trials share one outcome, Beta's parameters would be 0.
      if (correlation >= 1) return uniform() < mean ? 1 : 0;
      const size = 1 / correlation - 1;
      return beta(mean * size, (1 - mean) * size)();
    },
  };
}
