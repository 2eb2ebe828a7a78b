import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** Uniform on [0, 1). */
export type Uniform = () => number;

/** Streams of one seed and different names are independent of each other, so that one consumer never shifts another. */
export function uniformStream(seed: number, name: string): Uniform {
  const text = `${seed}/${name}`;
  const generator = xoroshiro128plusFromState([hash(text, 1), hash(text, 2), hash(text, 3), hash(text, 4)]);
  return () => uniformFloat64(generator);
}

/**
 * A seed for one of many runs that share a seed: whole, from 0 to 2^32 - 1.
 *
 * @example derivedSeed(1, "release 7") // always the same number, unlike that of (2, "release 7")
 */
export function derivedSeed(seed: number, name: string): number {
  return hash(`${seed}/${name}`, 5) >>> 0;
}

/** 32 bits of the text: FNV-1a, and then the last steps of MurmurHash3, so that similar texts have unlike hashes. */
function hash(text: string, salt: number): number {
  let value = Math.imul(0x811c9dc5, salt);
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) | 0;
}
