import assert from "node:assert/strict";
import { reactionOf, type Seen } from "../../../bench/dataPlane/reaction";

const SEEN: Seen = {
  weight: 22,
  turnedAt: 10_000,
  firstErrorAt: 10_040,
  scrapedAt: 10_700,
  decidedAt: 11_500,
  lastRequestAt: 11_610,
  shownUntil: 14_990,
  verdict: "rolledBack",
};

describe("a reaction on the data plane", () => {
  it("has its parts, and the whole from the first error to the last request", () => {
    assert.deepEqual(reactionOf(SEEN), {
      weight: 22,
      turnToError: 40,
      errorToScrape: 660,
      scrapeToDecision: 800,
      decisionToLast: 110,
      errorToLast: 1_570,
    });
  });

  const failures: readonly (readonly [what: string, change: Partial<Seen>, failure: string])[] = [
    ["was promoted", { verdict: "promoted" }, "the verdict was promoted"],
    ["did not end", { verdict: undefined, decidedAt: undefined }, "the verdict was none"],
    ["had no error", { firstErrorAt: undefined }, "the proxies saw no error"],
    ["had no request", { firstErrorAt: undefined, lastRequestAt: undefined }, "the proxies saw no error"],
    ["had an error that no scrape shows", { scrapedAt: undefined }, "no scrape shows an error"],
    ["failed before it was told to", { turnedAt: 10_050 }, "an error came 10 ms before its time"],
    [
      "had requests until shortly before the baseline's last one",
      { shownUntil: 13_000 },
      "the candidate still gets requests",
    ],
  ];
  for (const [what, change, failure] of failures) {
    it(`is not there where the candidate ${what}`, () => {
      assert.deepEqual(reactionOf({ ...SEEN, ...change }), { failure });
    });
  }
});
