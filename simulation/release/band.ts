import { bernoulliConfidenceInterval } from "../../engine/statistics/bounds/bernoulliConfidenceInterval";
import type { VersionCounters } from "../traffic/stream";
import { addBatch, meanInterval, NO_BATCHES } from "./meanInterval";
import type { SimulatedMetric } from "./metrics";

/** A lower and an upper end. */
export type Interval = readonly [number, number];

/** Number of requests at which the interval of a share is to be narrowest. */
const NARROW_AT = 1000;

/**
 * The confidence band of a version's value, to be told each look in turn: what its window and all since the beginning
 * counted. It holds at all looks at once, with a probability of 1 - alpha.
 */
export function createBand(
  { kind }: SimulatedMetric,
  alpha: number,
): (window: VersionCounters, total: VersionCounters) => Interval | null {
  let batches = NO_BATCHES;
  return (window, total) => {
    if (kind === "ratio") return bernoulliConfidenceInterval(total.errors, total.requests, alpha, NARROW_AT);
    if (kind !== "mean") return null;
    if (window.requests > 0) batches = addBatch(batches, window.requests, window.durationSum);
    return meanInterval(batches, alpha);
  };
}
