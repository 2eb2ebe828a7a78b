import assert from "node:assert/strict";
import { checkRecord } from "../../../bench/faults/invariants/record";
import { Tally } from "../../../bench/faults/invariants/tally";
import { HistoryBuilder, iteration, wrongs } from "./historyBuilder";

function check({ history }: HistoryBuilder): string[] {
  const tally = new Tally();
  checkRecord(history.experiment, tally);
  return wrongs(tally);
}

const FIRST = iteration(1, 0, 2010);
const SECOND = iteration(2, 2005, 4020);

describe("the bench's check of the record", () => {
  it("finds nothing wrong in a release as it should be", () => {
    const builder = new HistoryBuilder()
      .record(0, { stage: "waiting", iteration: 0 })
      .record(20)
      .record(40, { iteration: 2, history: [FIRST] })
      .record(50, { iteration: 3, history: [FIRST, SECOND] })
      .record(50, { iteration: 3, history: [FIRST, SECOND], paused: true })
      .record(50, { iteration: 3, history: [FIRST, SECOND] })
      .record(100, { iteration: 3, history: [FIRST, SECOND], stage: "ending", verdict: "promoted" })
      .record(100, { iteration: 3, history: [FIRST, SECOND], stage: "ended", verdict: "promoted" });
    assert.deepEqual(check(builder), []);
  });

  const start = () => new HistoryBuilder().record(20);
  const flaws: readonly [string, HistoryBuilder, RegExp][] = [
    ["a jump by more than a step", start().record(41), /^step: .*from 20 to 41 %/],
    ["a weight beyond the maximum", start().record(40).record(51), /^step: .*from 40 to 51 %/],
    [
      "a guarded weight that more than doubles",
      new HistoryBuilder().record(5, { strategy: "guarded" }).record(11, { strategy: "guarded" }),
      /^step: .*from 5 to 11 %/,
    ],
    ["all traffic without a promotion", start().record(100, { stage: "ending", verdict: "aborted" }), /^step: /],
    [
      "an iteration that is skipped",
      start().record(20, { history: [FIRST, iteration(3, 2005, 4020)] }),
      /^iterations: .*3 was assessed, where 2 was due/,
    ],
    [
      "an iteration that is repeated",
      start().record(20, { history: [FIRST, iteration(1, 2005, 4020)] }),
      /^iterations: .*1 was assessed, where 2 was due/,
    ],
    [
      "an iteration that is too short",
      start().record(20, { history: [iteration(1, 0, 1890)] }),
      /^iterations: .*lasted 1890 ms of 2000/,
    ],
    [
      "an iteration that begins before the one before was assessed",
      start().record(20, { history: [iteration(1, 0, 5000), iteration(2, 2000, 5100)] }),
      /^iterations: .*assessed 100 ms after the one before/,
    ],
    [
      "a history that is rewritten",
      start()
        .record(20, { history: [FIRST] })
        .record(20, { history: [iteration(1, 0, 2200)] }),
      /^iterations: .*rewritten/,
    ],
    [
      "a history that is lost",
      start()
        .record(20, { history: [FIRST] })
        .record(20),
      /^iterations: .*rewritten/,
    ],
    [
      "an iteration that goes back",
      start().record(20, { iteration: 2 }).record(20, { iteration: 1 }),
      /^forward: .*iterating 2 to iterating 1/,
    ],
    [
      "a stage that goes back",
      start().record(0, { stage: "ending", verdict: "rolledBack" }).record(0, { stage: "waiting" }),
      /^forward: /,
    ],
    [
      "a verdict that changes",
      start()
        .record(0, { stage: "ending", verdict: "rolledBack" })
        .record(0, { stage: "ended", verdict: "inconclusive" }),
      /^forward: .*rolledBack to ended 1 inconclusive/,
    ],
    [
      "an iteration that goes on while paused",
      start().record(20, { paused: true }).record(20, { iteration: 2 }),
      /^pause: /,
    ],
    ["a weight that grows while paused", start().record(20, { paused: true }).record(40, { paused: true }), /^pause: /],
  ];
  for (const [what, builder, expected] of flaws) {
    it(`finds ${what}`, () => {
      const found = check(builder);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", expected);
    });
  }

  it("does not call it a jump when versions in between may have been missed", () => {
    assert.deepEqual(check(start().record(50, { iteration: 3, afterGap: true })), []);
  });
});
