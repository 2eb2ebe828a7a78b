import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { planOf, stateOf } from "../../../../adapters/kubernetes/experiment/read";
import {
  API_VERSION,
  HISTORY_LIMIT,
  KIND,
  type ExperimentResource,
  type ExperimentSpec,
  type IterationStatus,
} from "../../../../adapters/kubernetes/experiment/resource";
import { extendHistory, statusOf } from "../../../../adapters/kubernetes/experiment/write";
import { finish, type Plan, type ReleaseState, type SplitState } from "../../../../engine";
import { momentArb, planArb, run } from "../../../engine/arbitraries";
import { iterating, plan } from "../../../engine/builders";
import { guarded, intervalsArb, observations, run as runSequential } from "../../../engine/sequential/releases";

/** The experiment that asks for a plan, with the state in its status, as it comes back from the API server. */
function recorded(of: Plan, state: ReleaseState): ExperimentResource {
  const spec: ExperimentSpec = {
    targetService: { name: "svc", baseline: of.baseline, candidate: of.candidate },
    trafficControl: {
      strategy: of.traffic.strategy,
      trafficStepSize: of.traffic.step,
      maxTrafficPercentage: of.traffic.maxWeight,
      interval: `${of.traffic.intervalMs}ms`,
      maxIterations: of.traffic.maxIterations,
      onSuccess: of.traffic.onSuccess,
    },
    analysis: { successCriteria: of.criteria.map(({ metric, ...rest }) => ({ metricName: metric, ...rest })) },
    serin: { maxStall: `${of.maxStallMs}ms`, readyTimeout: `${of.readyTimeoutMs}ms` },
  };
  const metadata = { name: "x", namespace: "n" };
  const object = { apiVersion: API_VERSION, kind: KIND, metadata, spec, status: statusOf(of, state, []) } as const;
  return JSON.parse(JSON.stringify(object)) as ExperimentResource;
}

function throughRecord(of: Plan, state: ReleaseState): ReleaseState {
  return stateOf(recorded(of, state), of, 0);
}

const releaseArb = planArb.chain((of) => fc.tuple(fc.constant(of), fc.array(momentArb(of), { maxLength: 25 })));

describe("the record of a release", () => {
  it("asks for the plan that it was made from", () => {
    fc.assert(
      fc.property(planArb, (of) => deepStrictEqual(planOf(recorded(of, iterating())), JSON.parse(JSON.stringify(of)))),
    );
  });

  it("makes no difference: a release that is read back at every step goes as one that never was", () => {
    fc.assert(
      fc.property(releaseArb, ([of, moments]) => {
        const through = run(of, moments, (state) => throughRecord(of, state));
        const straight = run(of, moments);
        const shown = ({ stage, iteration, weight, verdict, reason, paused }: ReleaseState) => ({
          stage,
          iteration,
          weight,
          verdict,
          reason,
          paused,
        });
        deepStrictEqual(
          through.map(({ after }) => shown(after)),
          straight.map(({ after }) => shown(after)),
        );
      }),
    );
  });

  it("keeps all that a sequential analysis remembers", () => {
    fc.assert(
      fc.property(intervalsArb, (intervals) => {
        const seen = observations(intervals, guarded.traffic.intervalMs);
        const kept = ({ stage, weight, verdict, reason, sequential }: ReleaseState) => [
          stage,
          weight,
          verdict,
          reason,
          stage === "ended" ? undefined : sequential,
        ];
        deepStrictEqual(
          JSON.stringify(runSequential(guarded, seen, (state) => throughRecord(guarded, state)).map(kept)),
          JSON.stringify(runSequential(guarded, seen).map(kept)),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("keeps how often epsilon_greedy could tell", () => {
    strictEqual(throughRecord(plan(), iterating({ effectiveIterations: 4 })).effectiveIterations, 4);
  });

  const split: SplitState = {
    from: { weight: 40, counted: [{ baseline: 1e9, candidate: 7, at: 5000 }, null], restarted: true },
    seen: { weight: 21.5, share: 0.2, requests: 2500, criterion: 1, towards: -1 },
    held: { told: "metrics", requests: 2512 },
  };

  it("keeps the split that was seen, and why it is held", () => {
    for (const one of [split, { from: split.from }, { seen: split.seen, held: split.held }, {}]) {
      deepStrictEqual(throughRecord(plan(), iterating({ split: one })).split, one);
    }
    strictEqual(throughRecord(plan(), iterating()).split, undefined);
  });

  it("of a split that makes no sense keeps nothing, and all that is beside it", () => {
    const nonsense = { ...split, seen: { ...split.seen, requests: 0 } } as SplitState;
    const kept = throughRecord(plan(), iterating({ split: nonsense, effectiveIterations: 4 }));
    deepStrictEqual([kept.split, kept.effectiveIterations], [undefined, 4]);
  });

  it("is the same when it is written again", () => {
    fc.assert(
      fc.property(releaseArb, ([of, moments]) => {
        for (const { after } of run(of, moments)) {
          const once = throughRecord(of, after);
          deepStrictEqual(throughRecord(of, once), once);
          deepStrictEqual(recorded(of, once), recorded(of, after));
        }
      }),
    );
  });

  it("of an ended release keeps verdict, times and evidence", () => {
    fc.assert(
      fc.property(releaseArb, ([of, moments]) => {
        const last = run(of, moments).at(-1)?.after;
        fc.pre(last?.stage === "ending");
        const ended = throughRecord(of, finish(last, 5000));
        const { verdict, decidedAt, weight } = last;
        deepStrictEqual(
          [ended.stage, ended.verdict, ended.decidedAt, ended.weight, ended.endedAt],
          ["ended", verdict, decidedAt, weight, 5000],
        );
        strictEqual(ended.assessment?.criteria.length, last.assessment?.criteria.length);
      }),
    );
  });

  it("counts requests in whole numbers, whatever the counters do: the API server takes no others", () => {
    fc.assert(
      fc.property(releaseArb, ([of, moments]) => {
        for (const { after } of run(of, moments)) {
          if (after.assessment === undefined) continue;
          const criteria = after.assessment.criteria.map((c) => ({
            ...c,
            baseline: { ...c.baseline, sampleSize: c.baseline.sampleSize + 0.7 },
            candidate: { ...c.candidate, sampleSize: c.candidate.sampleSize + 0.2 },
          }));
          const { status } = recorded(of, { ...after, assessment: { ...after.assessment, criteria } });
          for (const { baselineSamples, candidateSamples } of status?.serin?.criteria ?? []) {
            ok(Number.isInteger(baselineSamples) && Number.isInteger(candidateSamples));
          }
        }
      }),
    );
  });

  it("says nothing of a release that has not begun", () => {
    const bare = { ...recorded(plan(), iterating()), status: undefined };
    strictEqual(stateOf(bare, plan(), 77).stage, "waiting");
    strictEqual(stateOf(bare, plan(), 77).createdAt, 77);
    strictEqual(stateOf({ ...bare, status: { phase: "Progressing" } }, plan(), 77).createdAt, 77);
  });

  it("has the defaults of Iter8 v0.1 where a field is left out", () => {
    const { metadata } = recorded(plan(), iterating());
    const spec = { targetService: { name: "s", baseline: "a", candidate: "b" } };
    const criterion = { metricName: "m", toleranceType: "threshold", tolerance: 1 } as const;
    const checked: ExperimentSpec = { ...spec, analysis: { successCriteria: [criterion] } };
    strictEqual(
      planOf({ apiVersion: API_VERSION, kind: KIND, metadata, spec: checked }).traffic.strategy,
      "check_and_increment",
    );
    deepStrictEqual(planOf({ apiVersion: API_VERSION, kind: KIND, metadata, spec }), {
      baseline: "a",
      candidate: "b",
      traffic: {
        strategy: "increment_without_check",
        step: 2,
        maxWeight: 50,
        intervalMs: 60_000,
        maxIterations: 100,
        onSuccess: "candidate",
        confidence: 0.95,
      },
      analysis: { mode: "point", alpha: 0.05, beta: 0.05, warmupMs: 0 },
      criteria: [],
      maxStallMs: 300_000,
      readyTimeoutMs: 600_000,
    });
  });

  const refused: Record<string, [change: Partial<ExperimentSpec>, message: RegExp]> = {
    strategy: [
      { trafficControl: { strategy: "magic" } },
      /'spec.trafficControl.strategy' \(magic\) must be one of guarded, check/,
    ],
    mode: [
      { trafficControl: { strategy: "guarded" }, serin: { analysis: { mode: "point" } } },
      /'spec.serin.analysis.mode' \(point\) must be sequential with the strategy guarded/,
    ],
    "mode of a bandit": [
      { trafficControl: { strategy: "epsilon_greedy" }, serin: { analysis: { mode: "sequential" } } },
      /'spec.serin.analysis.mode' \(sequential\) must be point with the strategy epsilon_greedy/,
    ],
    warmup: [{ serin: { analysis: { warmup: "soon" } } }, /'spec.serin.analysis.warmup' \(soon\) must be a duration/],
    interval: [{ trafficControl: { interval: "30" } }, /'spec.trafficControl.interval' \(30\) must be a duration/],
    maxStall: [{ serin: { maxStall: "soon" } }, /'spec.serin.maxStall' \(soon\) must be a duration/],
    readyTimeout: [{ serin: { readyTimeout: "0s" } }, /'spec.serin.readyTimeout' \(0s\) must be a duration/],
  };
  for (const [field, [change, message]] of Object.entries(refused)) {
    it(`names the ${field} that cannot be used`, () => {
      const one = recorded(plan(), iterating());
      throws(() => planOf({ ...one, spec: { ...one.spec, ...change } }), message);
    });
  }
});

describe("extendHistory", () => {
  const entry = (iteration: number): IterationStatus => ({
    iteration,
    startedAt: "",
    assessedAt: "",
    weight: 0,
    nextWeight: 0,
    met: true,
    reason: "",
  });

  it("adds what was assessed, and nothing for what was not", () => {
    const before = iterating({ iteration: 3, weight: 40, iterationStartedAt: 1000 });
    const assessment = { criteria: [], allMet: true, abort: false, changed: true, suspicious: false, failed: false };
    const after = { ...before, assessment, weight: 60, iteration: 4, reason: "fine" };
    deepStrictEqual(extendHistory([], before, after, 11_000), [
      {
        iteration: 3,
        startedAt: "1970-01-01T00:00:01.000Z",
        assessedAt: "1970-01-01T00:00:11.000Z",
        weight: 40,
        nextWeight: 60,
        met: true,
        reason: "fine",
      },
    ]);
    deepStrictEqual(extendHistory([entry(1)], before, { ...before, reason: "held" }, 11_000), [entry(1)]);
    deepStrictEqual(extendHistory([entry(1)], after, { ...after, weight: 1 }, 11_000), [entry(1)]);
  });

  it("never keeps more than its limit, and drops the oldest", () => {
    let history: readonly IterationStatus[] = [];
    for (let i = 1; i <= 130; i += 1) {
      const before = iterating({ iteration: i });
      const assessment = { criteria: [], allMet: true, abort: false, changed: true, suspicious: false, failed: false };
      history = extendHistory(history, before, { ...before, assessment }, 0);
      ok(history.length <= HISTORY_LIMIT);
      strictEqual(history.at(-1)?.iteration, i);
    }
    strictEqual(history[0]?.iteration, 130 - HISTORY_LIMIT + 1);
  });
});
