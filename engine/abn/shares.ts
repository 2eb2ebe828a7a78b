import type { Direction } from "../plan";
import type { RandomSource } from "../random";
import type { Split } from "./plan";
import type { Posterior } from "./posterior";

/** Draws from which the shares are taken: their standard error is at most 1.6 points. */
export const DRAWS = 1000;

/**
 * Shares of traffic, 0 to 1 and summing to 1, before floors and rounding.
 *
 * uniform: equal. thompson: the probability of being the best, that is the share of draws from the beliefs in which a
 * version is best. topTwo: half to the best of each draw, and half to the best of the others, so that what may still
 * overtake the best is looked at as much as the best itself. Cf. Russo, "Simple Bayesian algorithms for best-arm
 * identification" (arXiv 1602.08448), top-two Thompson sampling with beta = 1/2; there the second is drawn until it is
 * another than the first, which is the second of one and the same draw here, and so has an end.
 *
 * The same draws give the same shares to versions in any order: they are drawn in the order of the beliefs, and versions
 * that are believed to be alike get the same share.
 *
 * @param beliefs one a version, all of one kind; undefined when nothing can be told
 * @param versions at least 1
 */
export function sharesOf(
  split: Split,
  versions: number,
  beliefs: readonly Posterior[] | undefined,
  direction: Direction,
  random: RandomSource,
): number[] {
  if (split === "uniform" || beliefs === undefined) return Array.from({ length: versions }, () => 1 / versions);
  const order = beliefs.map((_, place) => place).sort((a, b) => compare(at(beliefs, a), at(beliefs, b)) || a - b);
  const sorted = order.map((place) => at(beliefs, place));
  const sign = direction === "higher" ? 1 : -1;
  const wins = sorted.map(() => 0);
  for (let i = 0; i < DRAWS; i++) {
    award(
      wins,
      sorted.map((belief) => sign * draw(belief, random)),
      split,
    );
  }
  const shares = wins.map((won) => won / DRAWS);
  levelEquals(sorted, shares);
  const result = shares.map(() => 0);
  order.forEach((place, i) => (result[place] = shares[i] as number));
  return result;
}

function draw(belief: Posterior, random: RandomSource): number {
  return belief.kind === "beta" ? random.beta(belief.alpha, belief.beta) : random.normal(belief.mean, belief.sd);
}

/** Gives one draw's win away; ties share it. A draw that is no number never wins against one. */
function award(wins: number[], draws: readonly number[], split: Split): void {
  const best = bestOf(draws, []);
  if (split === "thompson" || best.length > 1 || draws.length === 1) return give(wins, best, 1);
  give(wins, best, 0.5);
  give(wins, bestOf(draws, best), 0.5);
}

/** The places of the largest draws, but for those that are left out. */
function bestOf(draws: readonly number[], without: readonly number[]): number[] {
  let largest = -Infinity;
  let places: number[] = [];
  draws.forEach((drawn, place) => {
    if (without.includes(place)) return;
    const value = Number.isNaN(drawn) ? -Infinity : drawn;
    if (value > largest) [largest, places] = [value, [place]];
    else if (value === largest) places.push(place);
  });
  return places;
}

function give(wins: number[], places: readonly number[], won: number): void {
  for (const place of places) wins[place] = at(wins, place) + won / places.length;
}

/** Versions that are believed to be alike, which lie side by side, get their mean. */
function levelEquals(sorted: readonly Posterior[], shares: number[]): void {
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    while (to < sorted.length && compare(at(sorted, from), at(sorted, to)) === 0) to++;
    const mean = shares.slice(from, to).reduce((sum, share) => sum + share, 0) / (to - from);
    shares.fill(mean, from, to);
  }
}

function compare(a: Posterior, b: Posterior): number {
  const [a1, a2] = a.kind === "beta" ? [a.alpha, a.beta] : [a.mean, a.sd];
  const [b1, b2] = b.kind === "beta" ? [b.alpha, b.beta] : [b.mean, b.sd];
  return a1 - b1 || a2 - b2;
}

function at<T>(values: readonly T[], place: number): T {
  return values[place] as T;
}
