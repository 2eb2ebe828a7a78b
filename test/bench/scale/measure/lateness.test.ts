import assert from "node:assert/strict";
import type { IterationStatus } from "../../../../adapters/kubernetes/experiment/resource";
import { across, latenessOf, weightChanges } from "../../../../bench/scale/measure/lateness";

const INTERVAL = 10_000;

/** An iteration that began so many ms after 1970. */
function iteration(number: number, startedAt: number, weight: number, nextWeight: number): IterationStatus {
  const [started, assessed] = [startedAt, startedAt + INTERVAL].map((ms) => new Date(ms).toISOString()) as [
    string,
    string,
  ];
  return { iteration: number, startedAt: started, assessedAt: assessed, weight, nextWeight, met: true, reason: "" };
}

describe("lateness", () => {
  it("has a change only where the candidate's share differs from the one before", () => {
    const shares = [{ v1: 100 }, { v1: 90, v2: 10 }, { v1: 90, v2: 10 }, { v2: 100 }, { v1: 100 }];
    const routes = shares.map((one, i) => ({ at: i, shares: one as unknown as Record<string, number> }));
    assert.deepEqual(weightChanges(routes, "v2"), [
      { at: 1, weight: 10 },
      { at: 3, weight: 100 },
      { at: 4, weight: 0 },
    ]);
  });
  it("is counted from the record's due time, and from the change before", () => {
    const changes = [
      { at: 1_030, weight: 10 },
      { at: 11_130, weight: 20 },
      { at: 21_100, weight: 100 },
    ];
    const history = [iteration(1, 1_000, 10, 20), iteration(2, 11_100, 20, 100)];
    const found = latenessOf(changes, history, INTERVAL);
    assert.deepEqual(
      found.map(({ iteration: number, afterDueMs, gapMs }) => [number, afterDueMs, gapMs]),
      [
        [1, 130, 100],
        [2, 0, -30],
      ],
    );
  });
  it("of an iteration after a hold is not the hold's length", () => {
    const changes = [
      { at: 1_000, weight: 10 },
      { at: 21_050, weight: 20 },
    ];
    const history = [iteration(1, 1_000, 10, 10), iteration(2, 11_000, 10, 20)];
    assert.deepEqual(
      latenessOf(changes, history, INTERVAL).map(({ afterDueMs, gapMs }) => [afterDueMs, gapMs]),
      [[50, 50]],
    );
  });
  it("is below zero for a change before its time", () => {
    const changes = [
      { at: 1_000, weight: 10 },
      { at: 9_000, weight: 20 },
    ];
    assert.equal(latenessOf(changes, [iteration(1, 1_000, 10, 20)], INTERVAL)[0]?.afterDueMs, -2_000);
  });
  it("is not told of a change that was never seen", () => {
    const history = [iteration(1, 1_000, 10, 20), iteration(2, 11_000, 20, 30)];
    assert.deepEqual(latenessOf([{ at: 1_000, weight: 10 }], history, INTERVAL), []);
    assert.deepEqual(latenessOf([], history, INTERVAL), []);
  });
  it("across a moment is that of the iterations going on then", () => {
    const late = { iteration: 1, afterDueMs: 0, gapMs: 0 };
    const all = [
      { ...late, dueAt: 10_000, seenAt: 10_100 },
      { ...late, dueAt: 20_000, seenAt: 20_100 },
      { ...late, dueAt: 30_000, seenAt: 30_100 },
    ];
    assert.deepEqual(across(all, 15_000, INTERVAL), [all[1]]);
    // Due before it, and not done yet.
    assert.deepEqual(across(all, 10_050, INTERVAL), [all[0], all[1]]);
  });
});
