import { normalCdf } from "../../engine/statistics/special/normalCdf";
import { BOUNDS } from "./bounds";
import { TRAFFIC_DEFAULTS, type VersionTraffic } from "./scenario";

/** A log-normal part of a version's latency. */
export interface Component {
  readonly share: number;
  /** Natural logarithm of the median in ms. */
  readonly location: number;
  readonly sigma: number;
}

/** What is needed to draw the latency of many requests at once. The buckets are the bounds' and the one beyond the last. */
export interface LatencyTable {
  readonly components: readonly Component[];
  /** ms and ms^2, of one request. */
  readonly mean: number;
  readonly variance: number;
  /** Probability of each bucket for a request that is in none of the earlier ones. */
  readonly conditional: readonly number[];
  /** Mean and variance of a request within each bucket, ms and ms^2. */
  readonly bucketMeans: readonly number[];
  readonly bucketVariances: readonly number[];
}

/** A scenario is used for thousands of releases, and the distribution functions cost more than the draws do. */
const known = new WeakMap<VersionTraffic, Map<number, LatencyTable>>();

/** The table of a version, all of whose requests take `factor` times as long as usual. */
export function latencyTable(version: VersionTraffic, factor: number): LatencyTable {
  const tables = known.get(version) ?? new Map<number, LatencyTable>();
  known.set(version, tables);
  const table = tables.get(factor) ?? tabulate(componentsOf(version, factor));
  tables.set(factor, table);
  return table;
}

function componentsOf({ latency, tail }: VersionTraffic, factor: number): readonly Component[] {
  const { median, sigma } = latency ?? TRAFFIC_DEFAULTS.versionLatency;
  const location = Math.log(median * factor);
  if (tail === undefined) return [{ share: 1, location, sigma }];
  return [
    { share: 1 - tail.share, location, sigma },
    { share: tail.share, location: location + Math.log(tail.factor), sigma },
  ];
}

function tabulate(components: readonly Component[]): LatencyTable {
  const edges = [0, ...BOUNDS, Infinity];
  const buckets = edges.slice(1).map((to, i) => momentsBetween(components, edges[i] as number, to));
  const mean = moment(components, 1);
  const rest = buckets.map((_, i) => buckets.slice(i).reduce((sum, bucket) => sum + bucket.probability, 0));
  return {
    components,
    mean,
    variance: Math.max(0, moment(components, 2) - mean * mean),
    conditional: buckets.map(({ probability }, i) => share(probability, rest[i] as number)),
    bucketMeans: buckets.map(({ mean }) => mean),
    bucketVariances: buckets.map(({ variance }) => variance),
  };
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, part / whole) : 1;
}

/** E(X^k) of the mixture. */
function moment(components: readonly Component[], k: number): number {
  return components.reduce((sum, { share, location, sigma }) => sum + share * power(location, sigma, k), 0);
}

function power(location: number, sigma: number, k: number): number {
  return Math.exp(k * location + 0.5 * (k * sigma) ** 2);
}

interface Moments {
  readonly probability: number;
  readonly mean: number;
  readonly variance: number;
}

function momentsBetween(components: readonly Component[], from: number, to: number): Moments {
  const partial = (k: number) =>
    components.reduce(
      (sum, part) => sum + part.share * power(part.location, part.sigma, k) * area(part, from, to, k),
      0,
    );
  const probability = partial(0);
  if (probability === 0) return { probability, mean: 0, variance: 0 };
  const mean = partial(1) / probability;
  return { probability, mean, variance: Math.max(0, partial(2) / probability - mean * mean) };
}

/** The part of E(X^k) that values in (from, to] contribute: X^k shifts a log-normal by k sigma^2. */
function area({ location, sigma }: Component, from: number, to: number, k: number): number {
  const distance = (edge: number): number => {
    const excess = Math.log(edge) - location - k * sigma * sigma;
    // Without a spread all requests take the median.
    return sigma > 0 ? excess / sigma : excess >= 0 ? Infinity : -Infinity;
  };
  const [low, high] = [distance(from), distance(to)];
  // Far out on the right the distribution function is too close to 1 to tell a difference.
  return low > 0 ? cdf(-low) - cdf(-high) : cdf(high) - cdf(low);
}

function cdf(x: number): number {
  if (x === Infinity) return 1;
  return x === -Infinity ? 0 : normalCdf(x);
}
