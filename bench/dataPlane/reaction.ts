/** What is known of one release. Times are ms since 1970. */
export interface Seen {
  /** The candidate's weight when its pods were told to fail, in percent. */
  readonly weight: number;
  /** When its pods were told to fail. */
  readonly turnedAt: number;
  /** When the first request arrived that it failed, and the last one of all that it got. */
  readonly firstErrorAt?: number;
  readonly lastRequestAt?: number;
  /** When the last request arrived that the baseline got, by the same log. */
  readonly shownUntil?: number;
  /** The first scrape that shows an error. */
  readonly scrapedAt?: number;
  /** When the verdict fell, by the record. */
  readonly decidedAt?: number;
  readonly verdict?: string;
}

/** How a release answered to its candidate's turning bad; times are in ms. */
export interface Reaction {
  /** The candidate's share when it turned bad, in percent. */
  readonly weight: number;
  readonly turnToError: number;
  readonly errorToScrape: number;
  readonly scrapeToDecision: number;
  /** Below 0 where the candidate happened to get no request just before the decision. */
  readonly decisionToLast: number;
  /** What the target is about: from the first request that fails to the last one that reaches the candidate. */
  readonly errorToLast: number;
}

/** Why there is nothing to be told of a release. */
export interface Failure {
  readonly failure: string;
}

/** A candidate without a request while the baseline had some for so long, in ms, gets none: by 10 % it would have had 20. */
const QUIET_MS = 2_000;

export function reactionOf(seen: Seen): Reaction | Failure {
  const { weight, turnedAt, firstErrorAt, lastRequestAt, shownUntil, scrapedAt, decidedAt, verdict } = seen;
  if (verdict !== "rolledBack" || decidedAt === undefined) return { failure: `the verdict was ${verdict ?? "none"}` };
  if (firstErrorAt === undefined || lastRequestAt === undefined || shownUntil === undefined) {
    return { failure: "the proxies saw no error" };
  }
  if (scrapedAt === undefined) return { failure: "no scrape shows an error" };
  if (firstErrorAt < turnedAt) return { failure: `an error came ${turnedAt - firstErrorAt} ms before its time` };
  if (shownUntil - lastRequestAt < QUIET_MS) return { failure: "the candidate still gets requests" };
  return {
    weight,
    turnToError: firstErrorAt - turnedAt,
    errorToScrape: scrapedAt - firstErrorAt,
    scrapeToDecision: decidedAt - scrapedAt,
    decisionToLast: lastRequestAt - decidedAt,
    errorToLast: lastRequestAt - firstErrorAt,
  };
}
