/** From values to places on the paper. */
export interface Scale {
  /** The place of a value; of the nearest end for one beyond it. */
  at(value: number): number;
  /** Whether the value lies within the ends. */
  holds(value: number): boolean;
  readonly ticks: readonly number[];
}

/**
 * @param domain least and largest value, the latter greater
 * @param range their places in pixels
 */
export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  return scale(domain, range, (value) => value, niceTicks(domain));
}

/** The same for logarithms; the domain is greater than 0. */
export function logScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  return scale(domain, range, Math.log10, powersOfTen(domain));
}

function scale(
  [least, largest]: readonly [number, number],
  [from, to]: readonly [number, number],
  transform: (value: number) => number,
  ticks: readonly number[],
): Scale {
  const [low, high] = [transform(least), transform(largest)];
  const clamp = (value: number) => Math.min(largest, Math.max(least, value));
  return {
    at: (value) => from + ((to - from) * (transform(clamp(value)) - low)) / (high - low),
    holds: (value) => value >= least && value <= largest,
    ticks,
  };
}

/**
 * About five round numbers within the ends.
 *
 * @example niceTicks([0, 37]) // [0, 10, 20, 30]
 */
export function niceTicks([least, largest]: readonly [number, number]): readonly number[] {
  const rough = (largest - least) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(least / step - 1e-9);
  const count = Math.floor(largest / step + 1e-9) - first + 1;
  // Powers of ten divide exactly more often than they multiply.
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function powersOfTen([least, largest]: readonly [number, number]): readonly number[] {
  const [first, last] = [Math.ceil(Math.log10(least) - 1e-9), Math.floor(Math.log10(largest) + 1e-9)];
  const every = Math.ceil((last - first + 1) / 5);
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return powers.filter((power) => power % every === 0).map((power) => 10 ** power);
}
