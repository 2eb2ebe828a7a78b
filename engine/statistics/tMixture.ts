/**
 * log of the e-value against "the mean of normal observations of unknown variance is 0": the mixture over effects
 * mean / sd ~ Normal(0, effect^2) with the right Haar prior on the variance,
 * (1 + t g)^(-1/2) (1 - g S^2 / ((1 + t g) Q))^(-n/2) with g = effect^2.
 * Two-sided; at most 0 without observations. Wang & Ramdas, "Anytime-valid t-tests and confidence sequences" (2310.03722).
 *
 * @param count number of observations t
 * @param sum their sum S
 * @param squares their sum of squares Q plus that of `calibration` further observations, known to have mean 0
 * @param calibration number of those; they tell the variance before there are many observations. n = t + calibration
 * @param effect standard deviation of the effects that are looked for, in standard deviations of an observation
 *
 * @example tMixture(5, 5, 5.5, 0, 1) // 2.646785...
 */
export function tMixture(count: number, sum: number, squares: number, calibration: number, effect: number): number {
  if (count === 0 || !(squares > 0)) return 0;
  const gain = effect * effect;
  const spread = 1 + count * gain;
  const explained = (gain * sum * sum) / (spread * squares);
  // 1 only if every observation were exactly alike, which no measurement is: then nothing is known of the variance.
  if (explained >= 1) return 0;
  return -0.5 * Math.log(spread) - 0.5 * (count + calibration) * Math.log1p(-explained);
}
