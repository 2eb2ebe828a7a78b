/**
 * Where the engine's random numbers come from. It is always an argument, so that with a seeded source every decision
 * can be had again. Draws are independent of each other.
 */
export interface RandomSource {
  /** Uniform on [0, 1). */
  uniform(): number;
  /** Normal with this mean and standard deviation, the latter not negative. */
  normal(mean: number, sd: number): number;
  /** Beta, on [0, 1]; both parameters are greater than 0. */
  beta(alpha: number, beta: number): number;
}
