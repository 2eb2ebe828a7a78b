/**
 * How much event counts vary beyond chance. `excess / scale` estimates the squared coefficient of variation of the event
 * rate between windows; it is 0 in expectation when the requests are independent.
 */
export interface Dispersion {
  /** Requests and events so far, from which the next window's count is predicted. */
  readonly requests: number;
  readonly events: number;
  /** Sum over windows of (observed - predicted)^2 - observed. */
  readonly excess: number;
  /** Sum over windows of predicted^2. */
  readonly scale: number;
  /** Number of windows that were predicted. */
  readonly windows: number;
}

export const NO_DISPERSION: Dispersion = { requests: 0, events: 0, excess: 0, scale: 0, windows: 0 };

/** With one more window. The first one only sets the rate. */
export function addWindow(seen: Dispersion, requests: number, events: number): Dispersion {
  const predicted = seen.requests > 0 ? (requests * seen.events) / seen.requests : 0;
  const deviation = events - predicted;
  const known = predicted > 0;
  return {
    requests: seen.requests + requests,
    events: seen.events + events,
    excess: seen.excess + (known ? deviation * deviation - events : 0),
    scale: seen.scale + predicted * predicted,
    windows: seen.windows + (seen.requests > 0 ? 1 : 0),
  };
}

/** Squared coefficient of variation that is assumed while nothing is known of a service. */
const UNKNOWN = 20;

/**
 * What the variance of a count is to be multiplied by, at least 1: 1 + v^2 x expected, where v is the coefficient of
 * variation of the rate. For v^2 its estimate is used, plus an allowance: few windows are no proof of regularity, so it
 * fades with their number, and is never more than the estimate's standard error, sqrt(2 / scale). Cf. Dean, "Testing for
 * overdispersion in Poisson and binomial regression models", JASA 87 (1992).
 *
 * @param expected events expected in the count
 *
 * @example dispersionFactor({ requests: 1000, events: 100, excess: 300, scale: 200, windows: 99 }, 2) // 4.04
 */
export function dispersionFactor({ excess, scale, windows }: Dispersion, expected: number): number {
  const [estimate, error] = scale > 0 ? [Math.max(0, excess / scale), Math.sqrt(2 / scale)] : [0, Infinity];
  const allowance = Math.min(error, UNKNOWN / (1 + windows) ** 1.5);
  return 1 + (estimate + allowance) * Math.max(0, expected);
}
