import assert from "node:assert/strict";
import { checkOneVersion, checkVerdict } from "../../../bench/faults/invariants/ending";
import { Tally } from "../../../bench/faults/invariants/tally";
import { HistoryBuilder, wrongs } from "./historyBuilder";

describe("the bench's check of the verdict", () => {
  const fits: readonly ["good" | "bad", string | undefined, boolean][] = [
    ["good", "promoted", true],
    ["good", "inconclusive", true],
    ["good", "rolledBack", false],
    ["good", "aborted", false],
    ["bad", "rolledBack", true],
    ["bad", "inconclusive", true],
    ["bad", "promoted", false],
    ["good", undefined, false],
  ];
  for (const [candidate, verdict, holds] of fits) {
    it(`${holds ? "accepts" : "finds"} a ${candidate} candidate that is ${verdict ?? "never judged"}`, () => {
      const tally = new Tally();
      checkVerdict(candidate, verdict, 0, tally);
      assert.equal(tally.violations.length, holds ? 0 : 1);
    });
  }
});

describe("the bench's check of the last route", () => {
  const check = ({ history }: HistoryBuilder, verdict: string): string[] => {
    const tally = new Tally();
    checkOneVersion(history, verdict, tally);
    return wrongs(tally);
  };
  const ending = (version: string) =>
    new HistoryBuilder().record(100).subsets({ stable: version }).route({ stable: 100 });

  it("accepts the version that the verdict chose", () => {
    assert.deepEqual(check(ending("v2"), "promoted"), []);
    assert.deepEqual(check(ending("v1"), "rolledBack"), []);
    assert.deepEqual(check(ending("v1"), "inconclusive"), []);
  });

  it("finds the other version", () => {
    assert.match(check(ending("v1"), "promoted")[0] ?? "", /^oneVersion: .*stable 100 \(v1\), not to v2/);
    assert.match(check(ending("v2"), "rolledBack")[0] ?? "", /^oneVersion: /);
  });

  it("finds a split that was left, and no route at all", () => {
    const split = new HistoryBuilder()
      .subsets({ baseline: "v1", candidate: "v2" })
      .route({ baseline: 60, candidate: 40 });
    assert.match(check(split, "rolledBack")[0] ?? "", /baseline 60, candidate 40/);
    assert.match(check(new HistoryBuilder(), "rolledBack")[0] ?? "", /leads to nothing/);
  });

  it("looks past an edit that came after Serin's last word", () => {
    assert.deepEqual(check(ending("v2").route({ stable: 50, mine: 50 }, { edit: "1" }), "promoted"), []);
    assert.deepEqual(check(ending("v2").deleted("destinationRule"), "promoted"), []);
  });
});
