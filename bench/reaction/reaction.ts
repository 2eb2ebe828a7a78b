import type { RouteChange } from "../scale/exporter/observations";
import { weightChanges } from "../scale/measure/lateness";

/** What is known of one release. Times are ms since 1970. */
export interface Seen {
  readonly candidate: string;
  /** When the candidate turned bad. */
  readonly turnedBadAt?: number;
  /** The first scrape that shows it. */
  readonly scrapedAt?: number;
  /** When the verdict fell, by the record. */
  readonly decidedAt?: number;
  readonly verdict?: string;
  /** Changes of the route, as they arrived. */
  readonly routes: readonly RouteChange[];
}

/** How a release answered to its candidate's turning bad; times are in ms. */
export interface Reaction {
  /** The candidate's share when it turned bad, in percent. */
  readonly weight: number;
  readonly turnToScrape: number;
  readonly scrapeToDecision: number;
  readonly decisionToRoute: number;
  /** What the target is about: until a watch shows that the baseline has all traffic. */
  readonly scrapeToRoute: number;
}

/** Undefined when the release was not rolled back, or one of its moments was not seen. */
export function reactionOf({
  candidate,
  turnedBadAt,
  scrapedAt,
  decidedAt,
  verdict,
  routes,
}: Seen): Reaction | undefined {
  if (turnedBadAt === undefined || scrapedAt === undefined || decidedAt === undefined || verdict !== "rolledBack") {
    return undefined;
  }
  const changes = weightChanges(routes, candidate);
  const weight = changes.filter(({ at }) => at <= turnedBadAt).at(-1)?.weight;
  const routedAt = changes.find((change) => change.at > turnedBadAt && change.weight === 0)?.at;
  if (weight === undefined || routedAt === undefined) return undefined;
  return {
    weight,
    turnToScrape: scrapedAt - turnedBadAt,
    scrapeToDecision: decidedAt - scrapedAt,
    decisionToRoute: routedAt - decidedAt,
    scrapeToRoute: routedAt - scrapedAt,
  };
}
