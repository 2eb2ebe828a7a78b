import type { SeenSplit } from "./state";

/** Requests that were counted between two looks. */
export interface SplitWindow {
  /** The candidate's share that was asked for, in percent: the mean over the window. */
  readonly weight: number;
  /** Of both versions. */
  readonly requests: number;
  readonly candidate: number;
}

/** Whether the weight that is asked for is in effect; `unknown` where chance could explain what was seen. */
export type Finding = "inEffect" | "notInEffect" | "unknown";

/** Standard errors that are not left to chance: with a normal error, more in one look of 30,000. */
const CERTAIN = 4;
/**
 * The least part of the expected movement that shows that the weight is in effect. Up to two thirds of a window's requests
 * may be older than the weight, as they are where an iteration has but two scrapes.
 */
const LEAST_PART = 1 / 3;
/** Requests that half of the weight must have brought the candidate, for none to be a sign: e^-16 is 1 in 10 million. */
const EXPECTED = 16;

/**
 * Whether the split has moved as asked.
 *
 * The weight was w0 when the candidate's share of n0 requests was seen to be s0; now w1 is asked for, and k of n requests
 * were the candidate's. If some callers always reach the baseline, the candidate's share is in proportion to the weight; if
 * some always reach the candidate, the baseline's share is in proportion to the rest. The movement expected is the smaller
 * one of the two: M = |w1 - w0| min(s0 / w0, (1 - s0) / (1 - w0)). With d = k / n - s0 in the direction asked for, and its
 * standard error SE = sqrt(p (1 - p) (1 / n0 + 1 / n)), where p is the share in both windows, with one request more for
 * each version:
 *
 * in effect: d > 4 SE and d > M / 3, or |d| > 4 SE and k / n is nearer to w1 than to s0. Not in effect: M / 3 - d > 4 SE, and
 * d >= -4 SE, and k / n is nearer to s0 than to w1; but not if the weight had just changed the other way, when the requests
 * of before that may hide the movement. (A share that went elsewhere, or is the one asked for, is no sign of proxies that do
 * not listen: s0 may have been of somebody else's making.)
 *
 * Without a split seen before, all traffic was on the baseline: any request of the candidate shows that the weight is in
 * effect, and none that it is not, once half of the weight would have brought 16.
 *
 * @example findSplit({ weight: 20, share: 0.2, requests: 2500, criterion: 0 }, { weight: 40, requests: 2500, candidate: 502 }) // "notInEffect"
 */
export function findSplit(seen: SeenSplit | undefined, { weight, requests, candidate }: SplitWindow): Finding {
  if (requests <= 0) return "unknown";
  if (seen === undefined) {
    if (candidate > 0) return "inEffect";
    return (requests * weight) / 200 >= EXPECTED ? "notInEffect" : "unknown";
  }
  if (weight === seen.weight) return "inEffect";
  const direction = Math.sign(weight - seen.weight);
  const least = LEAST_PART * expectedMovement(seen, weight);
  const share = candidate / requests;
  const movement = direction * (share - seen.share);
  const margin = CERTAIN * standardError(seen, requests, candidate);
  const isAsAsked = Math.abs(share - weight / 100) < Math.abs(share - seen.share);
  if (Math.abs(movement) > margin && (isAsAsked || movement > least)) return "inEffect";
  const mayHide = seen.towards === -direction;
  const isAsBefore = least - movement > margin && movement >= -margin && !isAsAsked;
  return isAsBefore && !mayHide ? "notInEffect" : "unknown";
}

function expectedMovement(seen: SeenSplit, weight: number): number {
  const before = seen.weight / 100;
  const candidates = before > 0 ? seen.share / before : Infinity;
  const baselines = before < 1 ? (1 - seen.share) / (1 - before) : Infinity;
  return (Math.abs(weight - seen.weight) / 100) * Math.min(candidates, baselines);
}

function standardError(seen: SeenSplit, requests: number, candidate: number): number {
  const pooled = (seen.share * seen.requests + candidate + 1) / (seen.requests + requests + 2);
  return Math.sqrt(pooled * (1 - pooled) * (1 / seen.requests + 1 / requests));
}
