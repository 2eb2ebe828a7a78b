import { FACTORS, LOG_FACTORS } from "./alternatives";
import type { Side } from "./rateRatio";

/**
 * The log likelihood ratios with what one window says added: of each alternative probability, whose odds are
 * `factor^side` times the limit's, against the limit.
 *
 * For independent requests the expectation of each ratio is at most 1 while the true probability is on the other side of
 * the limit, because it is linear in that probability and 1 at the limit; the probability may change from request to
 * request. Cf. Waudby-Smith & Ramdas, arXiv 2010.09686.
 *
 * @param logRatios one a factor; zeros at first
 * @param events of the window, at most `requests`
 * @param limit a probability, greater than 0 and less than 1
 * @param scale what is added is multiplied by this, 0 to 1; below 1 for over-dispersed counts
 *
 * @example bernoulliLimit(FACTORS.map(() => 0), 100, 0, 0.5, -1, 1).at(-1) // 100 log(2 / (1 + 1/60)) = 67.661787..., the factor being 60
 */
export function bernoulliLimit(
  logRatios: readonly number[],
  requests: number,
  events: number,
  limit: number,
  side: Side,
  scale: number,
): readonly number[] {
  if (!(requests > 0)) return logRatios;
  const odds = limit / (1 - limit);
  const logNull = Math.log1p(odds);
  return logRatios.map((before, i) => {
    const factor = side === 1 ? (FACTORS[i] as number) : 1 / (FACTORS[i] as number);
    const gain = side * events * (LOG_FACTORS[i] as number);
    return before + scale * (gain - requests * (Math.log1p(odds * factor) - logNull));
  });
}
