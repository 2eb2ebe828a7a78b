import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Uniform in [0, 1). */
export type Random = () => number;

/** Streams of one seed and different names are independent of each other, so that one consumer never shifts another. */
export function randomStream(seed: number, name: string): Random {
  const generator = xoroshiro128plus(hash(`${seed}/${name}`));
  return () => uniformFloat64(generator);
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value | 0;
}

/** Time to the next event of a Poisson process, in the inverse of the rate's unit. */
export function exponential(random: Random, rate: number): number {
  return -Math.log1p(-random()) / rate;
}

/** The 0.99 quantile of the standard normal distribution. */
const z99 = 2.3263478740408408;

/** A draw from the log-normal distribution with this median and 99th percentile. */
export function logNormal(random: Random, p50: number, p99: number): number {
  return p50 * (p99 / p50) ** (standardNormal(random) / z99);
}

/** Box and Muller's method. */
function standardNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log1p(-random()));
  return radius * Math.cos(2 * Math.PI * random());
}
