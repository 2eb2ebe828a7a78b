import { FACTORS, LOG_FACTORS } from "./alternatives";

/** What two versions showed in the same span of time. */
export interface TwoCounts {
  readonly baselineRequests: number;
  readonly baselineEvents: number;
  readonly candidateRequests: number;
  readonly candidateEvents: number;
}

/** Alternatives above the boundary of the null hypothesis, or below it. */
export type Side = 1 | -1;

/**
 * The log likelihood ratios with what one window says added: of each alternative ratio between the candidate's event rate
 * and the baseline's, `boundary x factor^side`, against the boundary.
 *
 * Given m events of both versions, the candidate's are Binomial(m, theta) with theta = r n_c / (r n_c + n_b) under the
 * rate ratio r. The baseline's own rate cancels, so it may change at will. For independent requests the expectation of
 * each likelihood ratio is at most 1 while the true ratio is on the other side of the boundary: it is a product of terms
 * 1 + x <= exp(x), and the exponents sum to 0 at the boundary. Cf. Lindon & Malek, arXiv 2011.03567.
 *
 * @param logRatios one a factor; zeros at first
 * @param boundary rate ratio that the tolerance allows, greater than 0
 * @param scale what is added is multiplied by this, 0 to 1; below 1 for over-dispersed counts
 *
 * @example
 * rateRatio(FACTORS.map(() => 0), { baselineRequests: 90, baselineEvents: 0, candidateRequests: 10, candidateEvents: 2 }, 1, 1, 1)
 *   .at(-1) // 2 log(60 x 100 / (60 x 10 + 90)) = 4.325646..., the factor being 60
 */
export function rateRatio(
  logRatios: readonly number[],
  { baselineRequests, baselineEvents, candidateRequests, candidateEvents }: TwoCounts,
  boundary: number,
  side: Side,
  scale: number,
): readonly number[] {
  const events = baselineEvents + candidateEvents;
  if (!(baselineRequests > 0 && candidateRequests > 0) || events === 0) return logRatios;
  const odds = (boundary * candidateRequests) / baselineRequests;
  const logNull = Math.log1p(odds);
  return logRatios.map((before, i) => {
    const factor = side === 1 ? (FACTORS[i] as number) : 1 / (FACTORS[i] as number);
    const gain = side * candidateEvents * (LOG_FACTORS[i] as number);
    return before + scale * (gain - events * (Math.log1p(odds * factor) - logNull));
  });
}
