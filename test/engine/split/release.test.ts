import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { step, type Plan, type ReleaseState } from "../../../engine";
import { criterion, iterating, plan, READY, values } from "../builders";
import { release, type Beat, type MeshOptions } from "./mesh";

const STEPS = plan({ traffic: { step: 20, maxWeight: 80, maxIterations: 8, intervalMs: 10_000 } });
const BUSY = { requestsPerSecond: 250 };
/** 20 s without istiod, from within iteration 1: 40 % is asked for meanwhile. */
const OUTAGE = { ...BUSY, isConnected: (now: number) => now < 5000 || now > 25_000 };

const GUARDED = plan({
  criteria: [criterion({ metric: "errors", toleranceType: "threshold", tolerance: 0.05 })],
  analysis: { mode: "sequential", alpha: 0.05, beta: 1e-9, warmupMs: 0 },
  traffic: { strategy: "guarded", step: 20, maxWeight: 50, maxIterations: 12, intervalMs: 15_000 },
});

/** The weights asked for, and what was told, in the order in which they came; each once. */
function weightsOf(beats: readonly Beat[]): number[] {
  return beats.map(({ state }) => state.weight).filter((weight, i, all) => weight !== all[i - 1]);
}

function told(beats: readonly Beat[], ...quiet: string[]): string[] {
  const silent = ["IterationUpdate", "IterationSucceeded", ...quiet];
  return beats.flatMap((beat) => beat.occurrences.map(({ reason }) => reason)).filter((one) => !silent.includes(one));
}

/** The largest step that the mesh made. */
function largestJump(beats: readonly Beat[]): number {
  return Math.max(...beats.map(({ inEffect }, i) => inEffect - (beats[i - 1]?.inEffect ?? 0)));
}

function throughJson(state: ReleaseState): ReleaseState {
  return JSON.parse(JSON.stringify(state)) as ReleaseState;
}

describe("a release whose split is in effect", () => {
  const unwatched = (of: Plan, options: MeshOptions) =>
    release(of, options, (state) => ({ ...state, split: undefined }));
  const shown = (beats: readonly Beat[]) =>
    beats.map(({ now, state: { stage, weight, iteration, reason }, occurrences }) => {
      return { now, stage, weight, iteration, reason, occurrences };
    });

  for (const [name, of, options] of [
    ["point", STEPS, {}],
    ["point, two scrapes an iteration", STEPS, { scrapeMs: 5000 }],
    ["point, bypassed", STEPS, { following: 0.2 }],
    ["guarded", GUARDED, { counters: true }],
    ["guarded, a scrape an iteration", GUARDED, { counters: true, scrapeMs: 15_000 }],
    ["guarded, a scrape an iteration, long before its end", GUARDED, { counters: true, scrapeMs: 14_000 }],
    ["guarded, bypassed", GUARDED, { counters: true, following: 0.2 }],
  ] as const) {
    for (const requestsPerSecond of [3, 30, 300, 30_000]) {
      it(`goes as if nobody looked at it: ${name}, ${requestsPerSecond} requests/s`, () => {
        const all = { requestsPerSecond, ...options };
        deepStrictEqual(shown(release(of, all)), shown(unwatched(of, all)));
      });
    }
  }

  it("goes so with any delay that is less than half of an iteration, on a weight that goes up and down", () => {
    const shares = fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(shares, fc.integer({ min: 0, max: 4 }), fc.boolean(), (weights, lateSeconds, isBusy) => {
        const requests = isBusy ? 100_000 : 500;
        let state: ReleaseState | undefined;
        let [baseline, candidate, before] = [0, 0, 0];
        weights.forEach((weight, i) => {
          const share = (weight * (10 - lateSeconds) + before * lateSeconds) / 1000;
          candidate += Math.round(requests * share);
          baseline += requests - Math.round(requests * share);
          before = weight;
          const now = (i + 1) * 10_000;
          const base = { ...STATE, ...state, weight, iteration: i + 1, iterationStartedAt: i * 10_000 };
          const observation = values({ baselineSamples: baseline, candidateSamples: candidate });
          ({ state } = step({ ...STEPS, traffic: { ...STEPS.traffic, maxIterations: 99 } }, base, {
            now,
            targets: READY,
            observation,
          }));
          strictEqual(state.split?.held, undefined);
          strictEqual(state.iteration, i + 2);
        });
      }),
    );
  });
});

const STATE = iterating();

describe("a release while istiod is down", () => {
  it("holds, and goes on where it was", () => {
    const beats = release(STEPS, OUTAGE);
    deepStrictEqual(weightsOf(beats), [40, 60, 80, 100]);
    strictEqual(largestJump(beats), 20);
    const held = beats.filter(({ state }) => state.split?.held !== undefined);
    strictEqual(held[0]?.now, 20_000);
    deepStrictEqual(new Set(held.map(({ state }) => [state.weight, state.iteration].join())), new Set(["40,2"]));
    match(
      held[0].state.reason,
      /^Held at 40 %: The weight is not in effect: of 2,500 requests 20 % reached the candidate, 20 % before the change\. Are istiod/,
    );
    deepStrictEqual(told(beats), ["RoutingRulesError", "RoutingRulesReady", "ExperimentSucceeded"]);
    const back = beats.find(({ occurrences }) => occurrences.some(({ reason }) => reason === "RoutingRulesReady"));
    ok(back && back.now > 25_000 && back.now < 32_000, `${back?.now}`);
    match(back.state.reason, /^The weight of 40 % is in effect: of [\d,]+ requests [\d.]+ % reached the candidate\.$/);
    deepStrictEqual([back.state.iterationStartedAt, back.state.stalledSince], [back.now, undefined]);
    const next = beats[beats.indexOf(back) + 1];
    deepStrictEqual([next?.now, next?.state.weight], [back.now + 10_000, 60]);
  });

  it("holds at the first step, and has no evidence of what nobody tried", () => {
    const beats = release(STEPS, { ...BUSY, isConnected: (now) => now > 45_000 });
    const held = beats.filter(({ state }) => state.split?.held !== undefined);
    match(held[0]?.state.reason ?? "", /of 2,500 requests none reached the candidate\. Are istiod/);
    deepStrictEqual(weightsOf(beats), [20, 40, 60, 80, 100]);
    strictEqual(largestJump(beats), 20);
  });

  for (const scrapeMs of [5000, 14_000, 15_000]) {
    it(`jumps no further when it counts, with a scrape every ${scrapeMs / 1000} s`, () => {
      const isConnected = (now: number) => now < 35_000 || now > 95_000;
      const beats = release(GUARDED, { requestsPerSecond: 500, counters: true, scrapeMs, isConnected });
      ok(told(beats).includes("RoutingRulesError"));
      ok(beats.filter(({ now }) => now < 95_000).every(({ state }) => state.weight <= 40));
      ok(weightsOf(beats).includes(50));
    });
  }

  it("adds small steps up until they show", () => {
    const slow = plan({ traffic: { step: 2, maxWeight: 50, maxIterations: 25, intervalMs: 10_000 } });
    const beats = release(slow, { requestsPerSecond: 250, isConnected: (now) => now < 105_000 });
    const held = beats.find(({ state }) => state.split?.held !== undefined);
    const seen = held?.state.split?.seen?.weight ?? 0;
    ok(held && held.state.weight > 22 && held.state.weight <= 40, `${held?.state.weight}`);
    strictEqual(seen, 22);
  });

  it("ends as inconclusive when patience runs out", () => {
    const last = release(STEPS, { ...BUSY, isConnected: (now) => now < 15_000 }).at(-1)?.state;
    deepStrictEqual([last?.verdict, last?.weight], ["inconclusive", 0]);
    match(last?.reason ?? "", /^The weight of 60 % was not in effect for 1m/);
    match(last?.reason ?? "", /Are istiod and the proxies connected\?$/);
    strictEqual((last?.decidedAt ?? 0) - (last?.stalledSince ?? 0), 60_000);
  });

  it("does not conclude at the end of the plan either", () => {
    const short = { ...STEPS, traffic: { ...STEPS.traffic, maxIterations: 2 } };
    const beats = release(short, OUTAGE);
    const end = beats.at(-1);
    deepStrictEqual([end?.state.verdict, (end?.now ?? 0) > 35_000], ["promoted", true]);
  });

  it("keeps the evidence as it was before the hold", () => {
    const beats = release(STEPS, OUTAGE);
    const first = beats.findIndex(({ state }) => state.split?.held !== undefined);
    const [before, held] = [beats[first - 1]?.state, beats[first]?.state];
    deepStrictEqual([held?.evidence, held?.assessment], [before?.evidence, before?.assessment]);
  });

  it("rolls back what does harm, held or not", () => {
    const strict = { ...STEPS, criteria: [criterion({ stopOnFailure: true })] };
    const at = (from: number) =>
      release(strict, { ...OUTAGE, candidateValue: (now) => (now >= from ? 500 : 100) }).at(-1);
    for (const now of [20_000, 22_000]) {
      const end = at(now);
      deepStrictEqual([end?.now, end?.state.verdict, end?.state.weight], [now, "rolledBack", 0]);
      match(end?.state.reason ?? "", /^latency of the candidate is 500 ms/);
    }
  });

  it("goes on from the record of a driver that died", () => {
    const plain = (beats: readonly Beat[]): unknown => JSON.parse(JSON.stringify(beats));
    deepStrictEqual(plain(release(STEPS, OUTAGE, throughJson)), plain(release(STEPS, OUTAGE)));
  });

  it("tells each change of the cause once, and counts patience from the first", () => {
    const isObserved = (now: number) => now < 22_000 || now >= 24_000;
    const hidden = release(STEPS, { ...OUTAGE, isObserved });
    deepStrictEqual(told(hidden), [
      "RoutingRulesError",
      "AnalyticsServiceError",
      "AnalyticsServiceRunning",
      "RoutingRulesError",
      "RoutingRulesReady",
      "ExperimentSucceeded",
    ]);
    const held = hidden.filter(({ state }) => state.stalledSince !== undefined);
    deepStrictEqual(new Set(held.map(({ state }) => state.stalledSince)), new Set([20_000]));
    match(held.find(({ now }) => now === 22_000)?.state.reason ?? "", /^Held at 40 %: Nobody answers/);

    const first = release(STEPS, { ...OUTAGE, isObserved: (now) => now < 20_000 || now >= 23_000 });
    deepStrictEqual(told(first).slice(0, 3), ["AnalyticsServiceError", "AnalyticsServiceRunning", "RoutingRulesError"]);
    deepStrictEqual(first.find(({ now }) => now === 23_000)?.state.stalledSince, 20_000);
  });

  it("stays held over a pause, and forgets what was counted before it", () => {
    const action = (now: number) => (now === 21_000 ? "pause" : now === 600_000 ? "resume" : undefined);
    const isConnected = (now: number) => now < 5000 || now > 610_000;
    const beats = release(STEPS, { ...BUSY, isConnected, action });
    const resumed = beats.find(({ now }) => now === 600_000)?.state;
    deepStrictEqual([resumed?.split?.from, resumed?.stalledSince], [undefined, undefined]);
    ok(resumed?.split?.held);
    deepStrictEqual(weightsOf(beats), [40, 60, 80, 100]);
    strictEqual(largestJump(beats), 20);
  });
});

describe("a hold that chance had a part in", () => {
  it("ends when four times the requests leave it open", () => {
    const from = { weight: 40, counted: [{ baseline: 1000, candidate: 300 }] };
    const seen = { weight: 20, share: 0.2, requests: 500, criterion: 0 };
    const held = { told: "split" as const, requests: 100 };
    const state = { ...STATE, iteration: 2, weight: 40, stalledSince: 9000, split: { from, seen, held } };
    const look = (requests: number) => {
      const counts = { baselineSamples: 1000 + 0.74 * requests, candidateSamples: 300 + 0.26 * requests };
      return step(STEPS, state, { now: 20_000, targets: READY, observation: values(counts) });
    };
    const open = look(300);
    deepStrictEqual([open.state === state, open.occurrences], [true, []]);
    const { state: after, occurrences } = look(400);
    deepStrictEqual([after.split?.held, after.weight, after.iteration], [undefined, 40, 2]);
    deepStrictEqual(after.split?.seen, seen);
    deepStrictEqual(occurrences, [{ reason: "RoutingRulesReady", message: "" }]);
    strictEqual(after.reason, "The weight of 40 % may be in effect: of 400 requests 26 % reached the candidate.");
  });
});

describe("counters that go back", () => {
  it("say nothing of the split, nor does the window after them", () => {
    const at = (state: ReleaseState, now: number, baselineSamples: number, candidateSamples: number) => {
      const observation = values({ baselineSamples, candidateSamples });
      return step(STEPS, state, { now, targets: READY, observation }).state;
    };
    const first = at(STATE, 10_000, 8000, 2000);
    const restarted = at(first, 20_000, 100, 40);
    deepStrictEqual([restarted.split?.from?.restarted, restarted.split?.seen], [true, first.split?.seen]);
    const back = at(restarted, 30_000, 8100, 2040); // another caller's, with all that it ever counted
    deepStrictEqual([back.split?.held, back.split?.from?.restarted], [undefined, undefined]);
  });
});
