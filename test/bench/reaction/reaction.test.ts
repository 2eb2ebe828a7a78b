import assert from "node:assert/strict";
import { reactionOf, type Seen } from "../../../bench/reaction/reaction";

const SEEN: Seen = {
  candidate: "web-v2",
  turnedBadAt: 3_500,
  scrapedAt: 4_000,
  decidedAt: 4_600,
  verdict: "rolledBack",
  routes: [
    { at: 1_000, shares: { "web-v1": 94, "web-v2": 6 } },
    { at: 2_000, shares: { "web-v1": 88, "web-v2": 12 } },
    { at: 3_000, shares: { "web-v1": 78, "web-v2": 22 } },
    { at: 4_100, shares: { "web-v1": 68, "web-v2": 32 } },
    { at: 4_650, shares: { "web-v1": 100 } },
  ],
};

describe("a reaction", () => {
  it("has its parts, the whole from the first scrape on, and the weight at which the candidate turned bad", () => {
    assert.deepEqual(reactionOf(SEEN), {
      weight: 22,
      turnToScrape: 500,
      scrapeToDecision: 600,
      decisionToRoute: 50,
      scrapeToRoute: 650,
    });
  });
  for (const [what, change] of [
    ["that was promoted", { verdict: "promoted" }],
    ["without a verdict", { verdict: undefined, decidedAt: undefined }],
    ["whose candidate did not turn bad", { turnedBadAt: undefined }],
    ["of which no scrape shows it", { scrapedAt: undefined }],
    ["whose route never goes back", { routes: SEEN.routes.slice(0, -1) }],
    ["whose route went back before", { turnedBadAt: 4_651 }],
  ] as const) {
    it(`is not there for a release ${what}`, () => assert.equal(reactionOf({ ...SEEN, ...change }), undefined));
  }
});
