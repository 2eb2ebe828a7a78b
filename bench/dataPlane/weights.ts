import { regularizedIncompleteBeta } from "../../engine/statistics/special/regularizedIncompleteBeta";
import { gapsOf, type Gap, type Split } from "../../sandbox/dataplane/splits";

/** How many splits are further from what was asked for than some standard deviations. */
export interface Beyond {
  readonly seen: number;
  /** How many chance gives on average, when each request is routed by itself. */
  readonly byChance: number;
}

/** How well the weights of many routes were kept. */
export interface Kept {
  /** Splits between two versions that had enough requests to be looked at. */
  readonly splits: number;
  /** Requests in them. */
  readonly requests: number;
  readonly beyondTwo: Beyond;
  readonly beyondThree: Beyond;
  /** The gap of the most standard deviations. */
  readonly largest?: Omit<Gap, "split">;
  /** Requests that reached a version whose weight was 0. */
  readonly astray: number;
}

/** With fewer requests a split is not looked at. */
const LEAST_REQUESTS = 20;

export function keptOf(splits: readonly Split[]): Kept {
  const all = gapsOf(splits, 1);
  // The gaps of the two versions of a split are the same but for the sign.
  const looked = new Map<Split, Gap>();
  for (const gap of all) {
    const isShared = gap.asked > 0 && gap.asked < 100 && gap.requests >= LEAST_REQUESTS;
    if (isShared && !looked.has(gap.split)) looked.set(gap.split, gap);
  }
  const gaps = [...looked.values()];
  const astray = all.filter(({ asked, workload }) => asked === 0 && workload !== "unknown");
  const [largest] = [...gaps].sort((a, b) => deviations(b) - deviations(a));
  return {
    splits: gaps.length,
    requests: gaps.reduce((sum, { requests }) => sum + requests, 0),
    beyondTwo: beyond(gaps, 2),
    beyondThree: beyond(gaps, 3),
    largest: largest && withoutSplit(largest),
    astray: astray.reduce((sum, { split, workload }) => sum + (split.seen[workload] ?? 0), 0),
  };
}

/** Size of a gap in standard deviations. */
export function deviations({ points, standardDeviation }: Pick<Gap, "points" | "standardDeviation">): number {
  return Math.abs(points) / standardDeviation;
}

function beyond(gaps: readonly Gap[], limit: number): Beyond {
  return {
    seen: gaps.filter((gap) => deviations(gap) > limit).length,
    byChance: gaps.reduce((sum, { requests, asked }) => sum + chanceBeyond(requests, asked / 100, limit), 0),
  };
}

/**
 * P(|X − np| > limit · √(np(1 − p))) for a binomial X: with few requests it is not what a normal one would give.
 *
 * @example chanceBeyond(4, 0.5, 1.5) // 0.125, for none or all of four
 */
export function chanceBeyond(n: number, p: number, limit: number): number {
  const margin = limit * Math.sqrt(n * p * (1 - p));
  const most = Math.floor(n * p + margin);
  const least = Math.ceil(n * p - margin);
  // P(X >= k) is I_p(k, n - k + 1) for k from 1 to n.
  const above = most < n ? regularizedIncompleteBeta(p, most + 1, n - most) : 0;
  const below = least > 0 ? 1 - regularizedIncompleteBeta(p, least, n - least + 1) : 0;
  return above + below;
}

function withoutSplit({ workload, asked, seen, points, standardDeviation, requests }: Gap): Omit<Gap, "split"> {
  return { workload, asked, seen, points, standardDeviation, requests };
}
