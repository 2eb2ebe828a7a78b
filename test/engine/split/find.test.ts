import { ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { findSplit, type Finding } from "../../../engine/split/find";
import { binomial, type Binomial } from "./binomial";

type Row = readonly [
  title: string,
  seen: readonly [weight: number, share: number, requests: number] | undefined,
  window: readonly [weight: number, requests: number, candidate: number],
  finding: Finding,
];

const TABLE: readonly Row[] = [
  ["all as asked", [20, 0.2, 2500], [40, 2500, 1000], "inEffect"],
  ["nothing moved", [20, 0.2, 2500], [40, 2512, 505], "notInEffect"],
  ["nothing moved, of few requests", [20, 0.2, 100], [40, 100, 20], "unknown"],
  ["a fifth of it, of many requests", [20, 0.2, 25_000], [40, 25_000, 6000], "notInEffect"],
  ["half of it", [20, 0.2, 2500], [40, 2500, 750], "inEffect"],
  ["two fifths, as with two scrapes in an iteration", [20, 0.2, 25_000], [40, 25_000, 7000], "inEffect"],
  ["a third, which is neither", [20, 0.2, 25_000], [40, 25_000, 20 * 333], "unknown"],
  ["down, as asked", [40, 0.4, 2500], [20, 2500, 500], "inEffect"],
  ["down, and nothing moved", [40, 0.4, 2500], [20, 2500, 1000], "notInEffect"],
  ["down to nothing", [40, 0.4, 2500], [0, 2500, 0], "inEffect"],
  ["up to everything, and nothing moved", [50, 0.5, 2500], [100, 2500, 1250], "notInEffect"],
  ["up from nothing, as asked", [0, 0, 2500], [20, 2500, 500], "inEffect"],
  ["the other way", [20, 0.2, 2500], [40, 2500, 250], "unknown"],
  ["from a share of somebody else's making to the one asked for", [20, 0.656, 390], [40, 203, 91], "inEffect"],
  ["near that share, but nearer to the one asked for", [20, 0.65, 25_000], [60, 25_000, 15_600], "inEffect"],
  ["a share of somebody else's making that stays", [20, 0.656, 25_000], [40, 25_000, 16_400], "notInEffect"],
  ["the weight is as before, whatever is seen", [20, 0.2, 2500], [20, 2500, 1500], "inEffect"],
  ["four of five callers always reach the baseline", [20, 0.04, 25_000], [40, 25_000, 2000], "inEffect"],
  ["four of five callers always reach the candidate", [20, 0.84, 25_000], [40, 25_000, 22_000], "inEffect"],
  ["the same, and nothing moved", [20, 0.84, 250_000], [40, 250_000, 210_000], "notInEffect"],
  ["no request", [20, 0.2, 2500], [40, 0, 0], "unknown"],
  ["the candidate's first request", undefined, [1, 100_000, 1], "inEffect"],
  ["none of the first, of enough", undefined, [20, 160, 0], "notInEffect"],
  ["none of the first, of too few", undefined, [20, 159, 0], "unknown"],
  ["none of the first, and no weight", undefined, [0, 100_000, 0], "unknown"],
];

describe("whether the split has moved as asked", () => {
  for (const [title, seen, [weight, requests, candidate], finding] of TABLE) {
    it(`${finding}: ${title}`, () => {
      const before = seen && { weight: seen[0], share: seen[1], requests: seen[2], criterion: 0 };
      strictEqual(findSplit(before, { weight, requests, candidate }), finding);
    });
  }

  it("is not denied where requests of before the last change, which went the other way, may hide it", () => {
    const seen = { weight: 40, share: 0.3, requests: 25_000, criterion: 0 };
    const window = { weight: 20, requests: 25_000, candidate: 7500 };
    strictEqual(findSplit(seen, window), "notInEffect");
    strictEqual(findSplit({ ...seen, towards: 1 }, window), "unknown");
    strictEqual(findSplit({ ...seen, towards: -1 }, window), "notInEffect");
  });
});

/** The chance that a split in effect is taken for one that is not: exactly, over both windows' binomials. */
function chanceOfDenial(weights: readonly [number, number], before: Binomial, now: Binomial): number {
  const isDenied = (k0: number, k: number) =>
    findSplit(
      { weight: weights[0], share: k0 / before.requests, requests: before.requests, criterion: 0 },
      { weight: weights[1], requests: now.requests, candidate: k },
    ) === "notInEffect";
  const isUp = weights[1] > weights[0];
  let chance = 0;
  for (let k0 = before.from; k0 <= before.to; k0++) {
    // From the end at which it is denied, if at all, to the first number at which it is not.
    let [denied, allowed] = isUp ? [now.from - 1, now.to + 1] : [now.to + 1, now.from - 1];
    while (Math.abs(allowed - denied) > 1) {
      const middle = Math.floor((denied + allowed) / 2);
      if (isDenied(k0, middle)) denied = middle;
      else allowed = middle;
    }
    chance += before.probability(k0) * (isUp ? now.atMost(denied) : 1 - now.atMost(denied - 1));
  }
  return chance;
}

const WEIGHTS = [
  [1, 2],
  [5, 10],
  [20, 40],
  [40, 60],
  [50, 51],
  [10, 100],
  [40, 20],
  [75, 12],
] as const;
const REQUESTS = [8, 30, 100, 300, 1000, 3000, 10_000, 40_000];

describe("a split in effect", () => {
  /** @param older part of the requests that are older than the weight: in the present window, and in the one before */
  function largestChance(older: readonly [number, number], following: number): number {
    let largest = 0;
    for (const [w0, w1] of WEIGHTS) {
      const shareAt = (from: number, to: number, part: number) => (following * (to + (from - to) * part)) / 100;
      const step = w1 > w0 ? Math.min(w0, w1 - w0) : Math.max(w0 - 100, w1 - w0);
      for (const requests of REQUESTS) {
        for (const factor of [0.25, 1, 4]) {
          const before = binomial(Math.ceil(requests * factor), shareAt(w0 - step, w0, older[1]));
          const now = binomial(requests, shareAt(w0, w1, older[0]));
          largest = Math.max(largest, chanceOfDenial([w0, w1], before, now));
        }
      }
    }
    return largest;
  }

  for (const [older, before, following, limit] of [
    [0, 0, 1, 1e-4],
    [0.2, 0.2, 1, 1e-4],
    [0.45, 0, 1, 1e-4],
    [0.45, 0.45, 1, 1e-4],
    [0.6, 0, 1, 1e-4],
    [0.6, 0.6, 1, 1e-4],
    // Of so few requests that the share before the change is hardly known. The hold passes with the next ones.
    [0.45, 0, 0.2, 2e-2],
    [0.6, 0.6, 0.2, 2e-2],
  ] as const) {
    const title = `${older} of its requests are older than the weight, ${before} of those before`;
    it(`is denied with a chance under ${limit}: ${title}; ${following} of the callers follow`, () => {
      const chance = largestChance([older, before], following);
      ok(chance < limit, `${chance}`);
    });
  }

  it("is affirmed in the end, although four of five callers bypass the route", () => {
    const weight = fc.integer({ min: 1, max: 99 });
    fc.assert(
      fc.property(weight, weight, fc.boolean(), (w0, w1, toCandidate) => {
        fc.pre(w0 !== w1);
        const share = (w: number) => 0.2 * (w / 100) + (toCandidate ? 0.8 : 0);
        const requests = 1e8;
        const seen = { weight: w0, share: share(w0), requests, criterion: 0 };
        strictEqual(findSplit(seen, { weight: w1, requests, candidate: requests * share(w1) }), "inEffect");
        strictEqual(findSplit(seen, { weight: w1, requests, candidate: requests * share(w0) }), "notInEffect");
      }),
    );
  });
});
