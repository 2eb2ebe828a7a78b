import assert from "node:assert/strict";
import { distribution } from "../../../../bench/scale/measure/distribution";
import type { Row } from "../../../../bench/scale/report/row";
import { rows } from "../../../../bench/scale/report/rows";
import { table } from "../../../../bench/scale/report/table";
import type { Cost, Results, RoundResult } from "../../../../bench/scale/results";

const COST: Cost = {
  ms: 60_000,
  requests: {
    total: 200,
    byKind: { "patch x": 200 },
    informers: {},
    readsOutsideInformers: {},
    conflicts: 0,
    failed: 0,
  },
  prometheusQueries: 120,
  cpuMs: 250,
  apiServerCpuMs: 1_000,
  rssMiB: 100,
  peakRssMiB: 120,
};
const LATE = distribution([10, 20, 400]);
const ROUND: RoundResult = {
  round: 1,
  cost: COST,
  evaluation: {
    releases: 10,
    completed: 10,
    wallMs: 55_000,
    firstWeight: LATE,
    promotion: LATE,
    decision: LATE,
    afterDue: LATE,
    gap: LATE,
    early: 0,
    badToZero: LATE,
    turnToZero: LATE,
    mistakes: {},
    jumps: 0,
    doubledIterations: 0,
    lostIterations: 0,
    events: { lost: 0, doubled: 0 },
  },
};

function report(rounds: readonly RoundResult[], idle?: Cost): readonly Row[] {
  const results: Results = { experiments: 10, startedAt: "", cores: 2, loadBefore: 0, rounds, idle, rss: [] };
  return rows(results);
}

const missed = (all: readonly Row[]): readonly string[] =>
  all.filter(({ met }) => met === false).map(({ measure }) => measure.trim());

describe("the scale bench's report", () => {
  it("has no target missed by a round that meets them all", () => {
    assert.deepEqual(missed(report([ROUND])), []);
    assert.ok(report([ROUND]).filter(({ met }) => met === true).length >= 15);
  });
  for (const [what, evaluation, cost, expected] of [
    ["late iterations", { afterDue: distribution([501]) }, {}, "iteration after its due time, p95"],
    ["long gaps", { gap: distribution([501]) }, {}, "gap between changes beyond the interval, p95"],
    ["a late end", { wallMs: 61_001 }, {}, "beyond the shortest possible, 51.0 s"],
    ["many requests", {}, { requests: { ...COST.requests, total: 201 } }, "API requests a release"],
    [
      "a read",
      {},
      { requests: { ...COST.requests, readsOutsideInformers: { "get x": 1 } } },
      "GET and LIST outside informers",
    ],
    ["many queries", {}, { prometheusQueries: 121 }, "Prometheus queries a second"],
    ["much work", {}, { cpuMs: 251 }, "CPU a release"],
    ["much memory", {}, { peakRssMiB: 251 }, "memory, most"],
    ["a wrong outcome", { mistakes: { "bad promoted": 1 } }, {}, "wrong outcomes"],
    ["an early iteration", { early: 1 }, {}, "early iterations"],
    ["a jump", { jumps: 1 }, {}, "jumps of the weight"],
    ["a lost Event", { events: { lost: 1, doubled: 0 } }, {}, "Events not told"],
  ] as const) {
    it(`has a target missed by ${what}`, () => {
      const round = { ...ROUND, evaluation: { ...ROUND.evaluation, ...evaluation }, cost: { ...COST, ...cost } };
      assert.deepEqual(missed(report([round])), [expected]);
    });
  }
  it("has idle time's targets", () => {
    const quiet = { ...COST, cpuMs: 120, requests: { ...COST.requests, total: 6 } };
    assert.deepEqual(missed(report([], quiet)), []);
    assert.deepEqual(missed(report([], { ...quiet, cpuMs: 121 })), ["CPU of a core"]);
    assert.deepEqual(missed(report([], { ...quiet, requests: COST.requests })), ["API requests a second"]);
  });
  it("has a kill's targets, and not those of an undisturbed round", () => {
    const kill = { startMs: 900, afterDue: distribution([4_000]), beyondRestart: distribution([1_900]), early: 0 };
    const disturbed = { ...ROUND, evaluation: { ...ROUND.evaluation, afterDue: distribution([4_000]) } };
    assert.deepEqual(missed(report([{ ...disturbed, kill }])), []);
    const late = { ...kill, beyondRestart: distribution([2_001]), early: 1 };
    assert.deepEqual(missed(report([{ ...disturbed, kill: late }])).length, 2);
  });
  it("has a failover's target", () => {
    const failover = (nextWriteMs?: number): RoundResult => ({ ...ROUND, failover: { nextWriteMs, afterDue: LATE } });
    assert.deepEqual(missed(report([failover(15_000)])), []);
    assert.deepEqual(missed(report([failover(15_001)])), ["kill to the next write"]);
    assert.match(table(report([failover()])), /kill to the next write .* not measured/);
  });
  it("has the growth of memory from the second round on", () => {
    const [first, second, third] = [200, 100, 111].map((rssMiB, i) => {
      return { ...ROUND, round: i + 1, cost: { ...COST, rssMiB } };
    }) as [RoundResult, RoundResult, RoundResult];
    assert.deepEqual(missed(report([first, second, third])), ["growth"]);
    assert.deepEqual(missed(report([first, second])), []);
  });
});
