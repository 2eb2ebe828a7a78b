import assert from "node:assert/strict";
import { classify, KAYENTA, kayenta, kayentaDecision, score } from "../../../../bench/decisions/peers/kayenta";
import { createDraws } from "../../../../simulation/random/draws";
import { counters, scrapeAt } from "./scrapes";

const from = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Share of A/A comparisons of log-normal points that are classified as high. */
function falseHigh(points: number, comparisons: number): number {
  const draws = createDraws(7, `kayenta ${points}`);
  const sample = (): readonly number[] => Array.from({ length: points }, () => Math.exp(0.5 * draws.normal()));
  const high = Array.from({ length: comparisons }, () => classify(KAYENTA, sample(), sample())).filter(
    (found) => found === "high",
  );
  return high.length / comparisons;
}

describe("Kayenta's rule", () => {
  it("passes points in the range of the baseline's", () => {
    assert.equal(classify(KAYENTA, from(40, 45), from(39, 46)), "pass");
  });
  it("classifies points above the baseline's as high", () => {
    assert.equal(classify(KAYENTA, from(10, 20), from(20, 23)), "high");
  });
  it("passes points below the baseline's, as only an increase is bad", () => {
    assert.equal(classify(KAYENTA, from(20, 23), from(10, 20)), "pass");
  });
  it("passes identical points, and such as are all the same", () => {
    assert.equal(classify(KAYENTA, from(1, 30), from(1, 30)), "pass");
    assert.equal(classify(KAYENTA, [0, 0, 0], [0, 0, 0]), "pass");
  });
  it("passes a few failures among many minutes without one", () => {
    const sparse = from(1, 30).map((minute) => (minute % 5 === 0 ? 3 : 0));
    assert.equal(
      classify(
        KAYENTA,
        Array.from(sparse, () => 0),
        sparse,
      ),
      "pass",
    );
  });
  it("has no data without points", () => {
    assert.equal(classify(KAYENTA, [], [1, 2]), "nodata");
    assert.equal(classify(KAYENTA, [1, 2], []), "nodata");
  });
  it("errs often with two or three points, and hardly with more", () => {
    assert.ok(Math.abs(falseHigh(2, 4000) - 0.13) < 0.02);
    assert.ok(Math.abs(falseHigh(3, 4000) - 0.029) < 0.01);
    assert.ok(Math.abs(falseHigh(4, 4000) - 0.004) < 0.004);
    assert.ok(falseHigh(10, 2000) < 0.006);
  });
  it("scores groups of one metric", () => {
    assert.equal(score(["pass", "pass"]), 100);
    assert.equal(score(["pass", "high"]), 50);
    assert.equal(score(["pass", "nodata"]), 0);
  });
  it("fails at or under the marginal score at any look, and under the passing one at the last", () => {
    assert.equal(kayentaDecision(KAYENTA, 75, false).verdict, "rolledBack");
    assert.equal(kayentaDecision(KAYENTA, 80, false).verdict, undefined);
    assert.equal(kayentaDecision(KAYENTA, 80, true).verdict, "rolledBack");
    assert.equal(kayentaDecision(KAYENTA, 95, true).verdict, "promoted");
  });
  it("compares the minutes of both versions", () => {
    const scrapes = (slower: number): readonly ReturnType<typeof scrapeAt>[] =>
      from(0, 20).map((i) => {
        // Each minute is a little different, and the baseline gets nine times as many requests.
        const ms = 80 + (i % 4) + i / 100;
        return scrapeAt(15 * i, counters(10 * i, 0, slower * ms), counters(90 * i, 0, ms));
      });
    const rule = kayenta(5);
    const verdictOf = (slower: number): string | undefined =>
      rule.look(undefined, { at: 300_000, scrapes: scrapes(slower) }).verdict;
    assert.deepEqual([verdictOf(1), verdictOf(2)], ["promoted", "rolledBack"]);
  });
  it("looks every ten minutes in a plan of thirty", () => {
    assert.equal(kayenta(30).intervalMs, 600_000);
    assert.equal(kayenta(30).begin().weight, 10);
  });
});
