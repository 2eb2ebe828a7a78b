import type { Draws } from "../random/draws";
import type { Sessions } from "./scenario";

/** The sessions of one version that last. */
export interface SessionPool {
  /**
   * Requests made in the next span of time.
   *
   * @param seconds its length
   * @param started expected number of sessions that begin in it, evenly spread
   */
  serve(seconds: number, started: number): number;
  /** How many of the requests just served failed, when this share fails in the mean over all sessions. */
  failures(errorRate: number): number;
}

/**
 * Sessions as a queue with infinitely many servers: they begin independently of each other, last exponentially long, and
 * make requests as a Poisson process meanwhile. Where users differ, each session's requests fail so many times more often
 * than the mean session's, for as long as it lasts.
 *
 * @param busy expected number of sessions that last already
 * @param errorRate the version's usual one
 */
export function createSessionPool(
  draws: Draws,
  { meanRequests, meanSeconds, errorHeterogeneity = 0 }: Sessions,
  busy: number,
  errorRate: number,
): SessionPool {
  const users = errorHeterogeneity > 0 && errorRate > 0;
  const newcomer = () => (users ? draws.sharedProbability(errorRate, errorHeterogeneity) / errorRate : 1);
  // Of each session that lasts, how many times more often its requests fail.
  const factors = Array.from({ length: draws.poisson(busy) }, newcomer);
  // Of the last span: requests in all, and one entry a session that made some.
  let total = 0;
  let [served, servedFactors]: [number[], number[]] = [[], []];

  return {
    serve(seconds, started) {
      [total, served, servedFactors] = [0, [], []];
      const old = factors.length;
      for (let left = draws.poisson(started); left > 0; left--) factors.push(newcomer());
      let kept = 0;
      for (let i = 0; i < factors.length; i++) {
        const factor = factors[i] as number;
        const present = i < old ? seconds : seconds * draws.uniform();
        const lasts = draws.exponential(meanSeconds);
        const requests = draws.poisson((Math.min(present, lasts) * meanRequests) / meanSeconds);
        total += requests;
        if (users && requests > 0) {
          served.push(requests);
          servedFactors.push(factor);
        }
        if (lasts >= present) factors[kept++] = factor;
      }
      factors.length = kept;
      return total;
    },
    failures(rate) {
      if (!users) return draws.binomial(total, rate);
      return served.reduce(
        (sum, requests, i) => sum + draws.binomial(requests, rate * (servedFactors[i] as number)),
        0,
      );
    },
  };
}
