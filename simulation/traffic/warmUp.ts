import type { Draws } from "../random/draws";
import type { WarmUp } from "./scenario";

/** When the candidate is warm, as it turns out. */
export interface WarmUpClock {
  /** When it ends, in ms since the release began; Infinity before it has begun, and without one. */
  readonly endsAt: number;
  /**
   * The share of a span's requests that fall into the warm-up, which begins with the first of them.
   *
   * @param from the span's limits, in ms since the release began; it must not go on beyond a known end
   */
  share(from: number, to: number, requests: number): number;
}

const NEVER: WarmUpClock = { endsAt: Infinity, share: () => 0 };

/** The clock of a candidate that has not had a request yet. */
export function createWarmUpClock(warmUp: WarmUp | undefined, draws: Draws): WarmUpClock {
  if (warmUp === undefined) return NEVER;
  const lengthMs = warmUp.seconds * 1000;
  let endsAt = Infinity;
  return {
    get endsAt() {
      return endsAt;
    },
    share(from, to, requests) {
      if (requests === 0) return 0;
      if (endsAt !== Infinity) return from < endsAt ? 1 : 0;
      // Requests come at uniform times, of which the first is the least.
      const first = from + (to - from) * (1 - (1 - draws.uniform()) ** (1 / requests));
      endsAt = first + lengthMs;
      return Math.min(1, lengthMs / (to - first));
    },
  };
}
