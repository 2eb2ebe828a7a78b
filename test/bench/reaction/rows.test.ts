import assert from "node:assert/strict";
import type { Reaction } from "../../../bench/reaction/reaction";
import { rows } from "../../../bench/reaction/rows";

const reaction = (scrapeToRoute: number): Reaction => {
  return { weight: 12, turnToScrape: 400, scrapeToDecision: scrapeToRoute - 50, decisionToRoute: 50, scrapeToRoute };
};
const missed = (reactions: readonly (Reaction | null)[]): readonly string[] =>
  rows({ name: "a set", reactions })
    .filter(({ met }) => met === false)
    .map(({ measure }) => measure.trim());

describe("the reaction bench's report", () => {
  it("has the parts of what was seen", () => {
    const measured = Object.fromEntries(
      rows({ name: "a set", reactions: [reaction(900), reaction(1_100)] }).map((row) => [row.measure, row.measured]),
    );
    assert.equal(measured["weight when it turned bad, least / p50 / most"], "12 / 12 / 12 %");
    assert.equal(measured["first scrape to decision, p50 / p95 / max"], "0.85 s / 1.05 s / 1.05 s");
    assert.equal(measured["first scrape to route, p50 / p95 / max"], "0.90 s / 1.10 s / 1.10 s");
  });
  it("meets the target when 19 of 20 do", () => {
    const quick = Array.from({ length: 19 }, () => reaction(3_000));
    assert.deepEqual(missed([...quick, reaction(9_000)]), []);
    assert.deepEqual(missed([...quick.slice(1), reaction(3_001), reaction(9_000)]), ["the same, p95"]);
  });
  it("tells of releases that were not rolled back", () => {
    assert.deepEqual(missed([reaction(900), null]), ["of 2 releases not rolled back"]);
  });
  it("does not judge what was not measured", () => {
    const target = rows({ name: "a set", reactions: [null] }).find(({ measure }) => measure === "  the same, p95");
    assert.deepEqual([target?.target, target?.met], ["≤ 3.00 s", undefined]);
  });
});
