// The classic module resolution of TypeScript, which a CommonJS package needs, does not read the `exports` map by which
// pure-rand publishes these paths.
declare module "pure-rand/generator/xoroshiro128plus" {
  export interface RandomGenerator {
    clone(): RandomGenerator;
    next(): number;
    getState(): readonly number[];
  }
  export function xoroshiro128plus(seed: number): RandomGenerator;
  export function xoroshiro128plusFromState(state: readonly number[]): RandomGenerator;
}

declare module "pure-rand/distribution/uniformFloat64" {
  import type { RandomGenerator } from "pure-rand/generator/xoroshiro128plus";
  export function uniformFloat64(rng: RandomGenerator): number;
}
