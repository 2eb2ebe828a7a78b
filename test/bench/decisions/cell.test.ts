import assert from "node:assert/strict";
import { median, simulateCell, summarise, takesPart } from "../../../bench/decisions/cell";
import type { Outcome } from "../../../bench/decisions/contestant";
import { ENTRANTS, type Entrant } from "../../../bench/decisions/entrants";
import { ROWS, rowName, type Row } from "../../../bench/decisions/rows";

function row(id: string, rate: number): Row {
  const found = ROWS.find((one) => one.id === id && one.scenario.requestsPerSecond === rate);
  assert.ok(found !== undefined, `no row ${id} at ${rate}/s`);
  return found;
}

function entrant(id: string): Entrant {
  const found = ENTRANTS.find((one) => one.id === id);
  assert.ok(found !== undefined, `no rule ${id}`);
  return found;
}

describe("the bench's cells", () => {
  it("have medians", () => {
    assert.equal(median([5, 1, 9]), 5);
    assert.equal(median([10, 2, 9, 4]), 6.5);
    assert.ok(Number.isNaN(median([])));
  });
  it("count verdicts, and take medians over rollbacks alone", () => {
    const outcomes: readonly Outcome[] = [
      { verdict: "promoted", seconds: 300, candidateRequests: 900, candidateErrors: 4 },
      { verdict: "rolledBack", seconds: 60, candidateRequests: 100, candidateErrors: 2 },
      { verdict: "rolledBack", seconds: 30, candidateRequests: 50, candidateErrors: 0 },
      { verdict: "inconclusive", seconds: 1800, candidateRequests: 10, candidateErrors: 2 },
    ];
    assert.deepEqual(summarise(outcomes), {
      releases: 4,
      rolledBack: 2,
      promoted: 1,
      inconclusive: 1,
      untilRollback: { seconds: 45, candidateRequests: 75 },
      candidateErrors: 2,
    });
  });
  it("have no medians without a rollback", () => {
    const promoted: Outcome = { verdict: "promoted", seconds: 300, candidateRequests: 900, candidateErrors: 4 };
    assert.equal(summarise([promoted]).untilRollback, undefined);
  });
  it("leave rules that look at errors alone out of rows about latency", () => {
    assert.ok(!takesPart(entrant("Iter8 60"), row("latency-2", 20)));
    assert.ok(takesPart(entrant("Iter8 60"), row("same-0.5", 20)));
    assert.ok(takesPart(entrant("Kayenta 5 min"), row("latency-2", 20)));
  });
  it("have Serin with a warm-up in the row about warm-up alone", () => {
    assert.ok(takesPart(entrant("Serin, warm-up 120 s 15"), row("warm-up", 20)));
    assert.ok(!takesPart(entrant("Serin, warm-up 120 s 15"), row("same-0.5", 20)));
  });
  it("have unique rows and rules", () => {
    assert.equal(new Set(ROWS.map(rowName)).size, ROWS.length);
    assert.equal(new Set(ENTRANTS.map(({ id }) => id)).size, ENTRANTS.length);
  });
  it("come out the same again with the same seed, and other with another", () => {
    const [rule, kind] = [entrant("Flagger T1 15"), row("same-0.5", 20)];
    const first = simulateCell(rule, kind, 30, 1);
    assert.deepEqual(simulateCell(rule, kind, 30, 1), first);
    assert.notDeepEqual(simulateCell(rule, kind, 30, 2), first);
  });
  it("show what is plain: a gross failure is rolled back by every rule", () => {
    for (const one of ENTRANTS.filter(({ onlyIn }) => onlyIn === undefined)) {
      assert.equal(simulateCell(one, row("errors-0.1-10", 100), 5, 1).rolledBack, 5, one.id);
    }
  });
  it("show the closed forms: Argo's default errs as often as a failed request or two come in a minute", () => {
    // 45 s at 10, 20, 30 % of 20/s and so on: Poisson(0.9 k) requests fail among 90 k, and more than 0.9 k of them are too many.
    const passes = [90, 180, 270, 360, 450].map((requests) => {
      const mean = 0.005 * requests;
      let [term, sum] = [Math.exp(-mean), 0];
      for (let failed = 0; failed <= requests / 100; failed++) {
        sum += term;
        term *= mean / (failed + 1);
      }
      return sum;
    });
    const expected = 1 - passes.reduce((product, chance) => product * chance, 1);
    const { rolledBack } = simulateCell(entrant("Argo L0 60"), row("same-0.5", 20), 1000, 1);
    assert.ok(Math.abs(rolledBack / 1000 - expected) < 0.05, `${rolledBack / 1000} is not near ${expected}`);
  });
});
