import type { Dispersion } from "../statistics/dispersion";
import { sumOf } from "./finite";

/**
 * With one more window. The first one only sets the rate.
 *
 * Unlike a release with one candidate, the shares here may grow tenfold from one look to the next, and then the rate from
 * which the window is predicted is known from fewer requests than the window has. The squared deviation is therefore
 * multiplied by past / (past + requests), which makes its expectation that of the events when requests are independent.
 *
 * @param requests of the window
 * @param events of them, at most as many
 */
export function addPredicted(seen: Dispersion, requests: number, events: number): Dispersion {
  if (!(requests > 0)) return seen;
  const total = { requests: seen.requests + requests, events: seen.events + events };
  if (seen.requests === 0) return { ...seen, ...total };
  const predicted = (requests * seen.events) / seen.requests;
  const deviation = events - predicted;
  const known = seen.requests / total.requests;
  return {
    ...total,
    excess: seen.excess + known * deviation * deviation - events,
    scale: seen.scale + known * predicted * predicted,
    windows: seen.windows + 1,
  };
}

/** What is known of versions together. Each was predicted from its own rate, so that their differences do not count. */
export function pooled(dispersions: readonly Dispersion[]): Dispersion {
  const total = (of: keyof Dispersion) => sumOf(dispersions.map((dispersion) => dispersion[of]));
  return {
    requests: total("requests"),
    events: total("events"),
    excess: total("excess"),
    scale: total("scale"),
    windows: total("windows"),
  };
}
