import type { Draws } from "../random/draws";
import { BOUNDS } from "./bounds";
import type { Counters } from "./counters";
import { latencyTable, type Component, type LatencyTable } from "./latencyTable";
import type { LatencyDetail, VersionTraffic } from "./scenario";

/** Up to so many requests each one's latency is drawn by itself. */
const FEW = 40;

/**
 * Adds the latency of some requests to the counters.
 *
 * Up to 40 requests each latency is an exact draw. Beyond that the bucket counts are an exact multinomial draw (sequential
 * binomials over the distribution's bucket probabilities), and the sum is a normal approximation: given the bucket counts
 * with their exact conditional mean and variance, and without a histogram with the exact mean and variance of the sum.
 *
 * @param factor all requests take so many times as long as usual
 */
export function addLatency(
  counters: Counters,
  draws: Draws,
  detail: LatencyDetail,
  version: VersionTraffic,
  requests: number,
  factor: number,
): void {
  if (detail === "none" || requests === 0) return;
  const table = latencyTable(version, factor);
  if (requests <= FEW) addOneByOne(counters, draws, table, requests);
  else if (detail === "mean") addSum(counters, draws, requests * table.mean, requests * table.variance);
  else addBuckets(counters, draws, table, requests);
}

function addOneByOne(counters: Counters, draws: Draws, { components }: LatencyTable, requests: number): void {
  for (let i = 0; i < requests; i++) {
    const { location, sigma } = choose(components, draws);
    const duration = Math.exp(location + sigma * draws.normal());
    counters.durationSum += duration;
    if (counters.buckets.length > 0) count(counters, bucketOf(duration), 1);
  }
}

function choose(components: readonly Component[], draws: Draws): Component {
  const [usual, slow] = components as [Component, Component | undefined];
  return slow !== undefined && draws.uniform() < slow.share ? slow : usual;
}

function bucketOf(duration: number): number {
  let place = 0;
  while (place < BOUNDS.length && duration > (BOUNDS[place] as number)) place++;
  return place;
}

function addBuckets(counters: Counters, draws: Draws, table: LatencyTable, requests: number): void {
  const { conditional, bucketMeans, bucketVariances } = table;
  let [left, mean, variance] = [requests, 0, 0];
  for (let place = 0; left > 0 && place < conditional.length; place++) {
    const fallen = draws.binomial(left, conditional[place] as number);
    if (fallen === 0) continue;
    left -= fallen;
    mean += fallen * (bucketMeans[place] as number);
    variance += fallen * (bucketVariances[place] as number);
    count(counters, place, fallen);
  }
  addSum(counters, draws, mean, variance);
}

function count({ buckets }: Counters, place: number, requests: number): void {
  buckets[place] = (buckets[place] as number) + requests;
}

function addSum(counters: Counters, draws: Draws, mean: number, variance: number): void {
  counters.durationSum += Math.max(0, mean + Math.sqrt(variance) * draws.normal());
}
