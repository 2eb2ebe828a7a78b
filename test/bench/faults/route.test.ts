import assert from "node:assert/strict";
import { checkRoute } from "../../../bench/faults/invariants/route";
import { Tally } from "../../../bench/faults/invariants/tally";
import { HistoryBuilder, wrongs } from "./historyBuilder";

const BOTH = { baseline: "v1", candidate: "v2" };

function check(
  builder: HistoryBuilder,
  calmMs = (from: number, to: number) => to - from,
): { found: string[]; repairs: number[] } {
  const tally = new Tally();
  const repairs = checkRoute(builder.history, { repairMs: 3000, calmMs }, tally);
  return { found: wrongs(tally), repairs };
}

/** A release on its way: the guard, and 20 % recorded and routed. */
function underWay(): HistoryBuilder {
  return new HistoryBuilder()
    .subsets({ stable: "v1" })
    .route({ stable: 100 })
    .record(0, { stage: "waiting" })
    .record(20)
    .subsets({ ...BOTH, stable: "v1" })
    .route({ baseline: 80, candidate: 20 })
    .subsets(BOTH);
}

describe("the bench's check of the route", () => {
  it("finds nothing wrong in a release as it should be", () => {
    const builder = underWay()
      .record(40, { iteration: 2 })
      .route({ baseline: 60, candidate: 40 })
      .record(100, { stage: "ending", verdict: "promoted" })
      .route({ baseline: 0, candidate: 100 })
      .subsets({ ...BOTH, stable: "v2" })
      .route({ stable: 100 })
      .subsets({ stable: "v2" })
      .record(100, { stage: "ended", verdict: "promoted" });
    assert.deepEqual(check(builder), { found: [], repairs: [] });
  });

  const flaws: readonly [string, (builder: HistoryBuilder) => HistoryBuilder, RegExp][] = [
    ["weights that do not sum to 100", (b) => b.route({ baseline: 80, candidate: 21 }), /^weights: .*sum to 101/],
    [
      "a weight that is not whole",
      (b) => b.route({ baseline: 79.5, candidate: 20.5 }),
      /^weights: .*79.5 is not a whole/,
    ],
    ["a negative weight", (b) => b.route({ baseline: 110, candidate: -10 }), /^weights: .*110 is not/],
    [
      "a subset that does not exist",
      (b) => b.route({ baseline: 80, other: 20 }),
      /^weights: .*subset other does not exist/,
    ],
    ["a subset that goes before the route does", (b) => b.subsets({ baseline: "v1" }), /^weights: .*subset candidate/],
    ["a route before its record", (b) => b.route({ baseline: 60, candidate: 40 }), /^recordFirst: .*40 %, ahead.*20 %/],
    [
      "a return to an old weight",
      (b) =>
        b
          .record(40)
          .route({ baseline: 60, candidate: 40 })
          .record(0, { stage: "ending", verdict: "rolledBack" })
          .route({ baseline: 80, candidate: 20 }),
      /^recordFirst: .*20 %, an old weight.*0 % after 40 %/,
    ],
    [
      "a weight that is written again after the record fell",
      (b) => b.record(0, { stage: "ending", verdict: "rolledBack" }).route({ baseline: 80, candidate: 20 }),
      /^recordFirst: .*20 %, an old weight/,
    ],
  ];
  for (const [what, change, expected] of flaws) {
    it(`finds ${what}`, () => {
      const { found } = check(change(underWay()));
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", expected);
    });
  }

  it("lets the route lag one record behind", () => {
    const builder = underWay()
      .record(40, { iteration: 2 })
      .subsets({ ...BOTH, stable: "v1" });
    assert.deepEqual(check(builder).found, []);
  });

  it("tells who gets traffic by what a subset leads to, whatever its name", () => {
    const builder = underWay().subsets({ baseline: "v2", candidate: "v2" });
    assert.match(check(builder).found[0] ?? "", /^recordFirst: .*100 %, ahead/);
  });

  it("asks nothing of a route between a foreign edit and its repair, and says how long that took", () => {
    const builder = underWay().route({ baseline: 3, candidate: 97 }, { edit: "1" });
    builder.at += 2000;
    builder.route({ baseline: 80, candidate: 20 }, { edit: "1" });
    assert.deepEqual(check(builder), { found: [], repairs: [2100] });
  });

  it("finds a foreign edit that is put right too late", () => {
    const builder = underWay().deleted("destinationRule");
    builder.at += 3000;
    builder.subsets(BOTH);
    assert.match(check(builder).found[0] ?? "", /^repair: .*put right after 3100 ms/);
    assert.deepEqual(check(builder, () => 500).found, [], "nobody could work meanwhile");
  });

  it("finds a foreign edit that is never put right before the end", () => {
    const builder = underWay().route({ baseline: 3, candidate: 97 }, { edit: "1" });
    builder.at += 5000;
    builder
      .record(0, { stage: "ending", verdict: "inconclusive" })
      .record(0, { stage: "ended", verdict: "inconclusive" });
    assert.match(check(builder).found[0] ?? "", /^repair: .*still there at the end/);
  });

  it("finds a wrong route after a repair, also without a new edit", () => {
    const builder = underWay()
      .route({ baseline: 3, candidate: 97 }, { edit: "1" })
      .route({ baseline: 80, candidate: 20 }, { edit: "1" })
      .route({ baseline: 3, candidate: 97 }, { edit: "1" });
    assert.match(check(builder).found[0] ?? "", /^recordFirst: .*97 %/);
  });

  it("does not judge a state of which a part may have been missed", () => {
    const missed = new HistoryBuilder()
      .subsets({ stable: "v1" })
      .route({ stable: 100 })
      .record(20)
      .route({ baseline: 80, candidate: 20 }, { afterGap: true })
      .subsets(BOTH, true);
    assert.deepEqual(check(missed).found, []);
  });
});
