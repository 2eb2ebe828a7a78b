import type { Direction } from "../plan";
import type { VersionWindow } from "../sequential/window";
import { FACTORS, logMixture } from "../statistics/alternatives";
import { dispersionFactor, type Dispersion } from "../statistics/dispersion";
import { rateRatio, type Side } from "../statistics/rateRatio";
import { tMixture } from "../statistics/tMixture";
import { allFinite } from "./finite";
import type { AbnState, PairEvidence, RewardKind, VersionState } from "./state";

/** Differences looked for, in standard deviations of a batch's difference. As for criteria that are means. */
const EFFECT = 2;

/** What one version showed, and since when. */
export interface Span {
  readonly from: number;
  readonly window: VersionWindow;
}

/** How events, and requests that are none, were counted before a look, all versions together. */
export interface PastOfRatio {
  readonly events: Dispersion;
  readonly others: Dispersion;
}

/** No evidence yet, in both directions of every pair. */
export function startPairs(kind: RewardKind, versions: readonly VersionState[]): PairEvidence[] {
  const nothing =
    kind === "ratio" ? { logRatios: FACTORS.map(() => 0) } : { differences: { count: 0, sum: 0, squares: 0 } };
  return versions.flatMap(({ version: better }) =>
    versions.filter(({ version }) => version !== better).map(({ version: than }) => ({ better, than, ...nothing })),
  );
}

/** The evidence with what both versions showed in the same span of time added; unchanged without such a span. */
export function addPair(
  pair: PairEvidence,
  better: Span | undefined,
  than: Span | undefined,
  past: PastOfRatio,
  direction: Direction,
): PairEvidence {
  if (better === undefined || than === undefined || better.from !== than.from) return pair;
  if (better.window.requests === 0 || than.window.requests === 0) return pair;
  const after: PairEvidence =
    pair.logRatios !== undefined
      ? { ...pair, logRatios: addRatio(pair.logRatios, better.window, than.window, past, direction) }
      : { ...pair, differences: addMean(pair.differences, better.window, than.window, direction) };
  return allFinite(after) ? after : pair;
}

/**
 * The log likelihood ratios of "the rate of `better` is beyond that of `than`", with boundary 1.
 *
 * Counted are events or else the other requests, whichever were fewer so far: that one version has more of the ones is
 * that it has less of the others, and the conditional test knows most where what it counts is rare. The choice and the
 * scale for over-dispersion rest on the past alone, so the expectation of each factor stays at most 1. The first window
 * therefore tells only the rate.
 */
function addRatio(
  logRatios: readonly number[],
  better: VersionWindow,
  than: VersionWindow,
  { events, others }: PastOfRatio,
  direction: Direction,
): readonly number[] {
  if (events.requests === 0) return logRatios;
  const countEvents = events.events <= others.events;
  const past = countEvents ? events : others;
  const count = (window: VersionWindow) => (countEvents ? window.events : window.requests - window.events);
  const side: Side = (direction === "higher") === countEvents ? 1 : -1;
  const counts = {
    baselineRequests: than.requests,
    baselineEvents: count(than),
    candidateRequests: better.requests,
    candidateEvents: count(better),
  };
  // As for criteria: 2 theta (1 - theta) x expected events of both, where theta is the share of one in their requests.
  const harmonic = (2 * better.requests * than.requests) / (better.requests + than.requests);
  const scale = 1 / dispersionFactor(past, (harmonic * past.events) / past.requests);
  return rateRatio(logRatios, counts, 1, side, scale);
}

function addMean(
  { count, sum, squares }: { readonly count: number; readonly sum: number; readonly squares: number } = {
    count: 0,
    sum: 0,
    squares: 0,
  },
  better: VersionWindow,
  than: VersionWindow,
  direction: Direction,
): PairEvidence["differences"] {
  const excess = better.sum / better.requests - than.sum / than.requests;
  // In units in which its variance does not depend on the numbers of requests, if that of one request is the same for both.
  const scaled = excess * Math.sqrt((better.requests * than.requests) / (better.requests + than.requests));
  const difference = direction === "higher" ? scaled : -scaled;
  return { count: count + 1, sum: sum + difference, squares: squares + difference * difference };
}

/** log e-value against "`better` is no better than `than`". */
export function weighPair(
  { logRatios, differences }: PairEvidence,
  { squares, freedom }: AbnState["calibration"],
): number {
  if (logRatios !== undefined) return logMixture(logRatios);
  // The mixture is two-sided. On the side of `better` it is the larger the more each difference is, so no mean below 0
  // lets it pass a bound there more often than a mean of 0 does.
  if (differences === undefined || differences.sum <= 0) return 0;
  return tMixture(differences.count, differences.sum, differences.squares + squares, freedom, EFFECT);
}
