import assert from "node:assert/strict";
import { abnStep, startAbn, type AbnMetric, type AbnPlan, type AbnState } from "../../../engine/abn";
import { weighPair } from "../../../engine/abn/pairs";
import { neededEvidence } from "../../../engine/abn/verdict";
import { FACTORS, logMixture } from "../../../engine/statistics/alternatives";
import { rateRatio } from "../../../engine/statistics/rateRatio";
import { noRandom, seededRandom } from "../iter8/seededRandom";
import { errorsCriterion, planOf, sample, type Counts } from "./builders";

function walk(plan: AbnPlan, samples: readonly (readonly AbnMetric[])[], start = startAbn(plan)): AbnState {
  return samples.reduce((state, metrics) => abnStep(plan, state, { metrics, random: noRandom }), start);
}

function evidence(state: AbnState, better: string, than: string): number {
  const pair = state.pairs.find((one) => one.better === better && one.than === than);
  assert.ok(pair !== undefined);
  return weighPair(pair, state.calibration);
}

/** Cumulative counts at look `at` of versions that get 100 requests a look. */
const steady = (at: number, events: Readonly<Record<string, number>>): Counts =>
  Object.fromEntries(Object.entries(events).map(([name, each]) => [name, [100 * at, each * at] as const]));

const rates = { v1: 10, v2: 10, v3: 16 };
const looks = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => [sample("ratio", from + i, steady(from + i, rates))]);

describe("startAbn", () => {
  it("divides the traffic equally", () => {
    assert.deepEqual(startAbn(planOf()).weights, { v1: 34, v2: 33, v3: 33 });
  });

  it("knows how much the reward varies from the past", () => {
    const windows = Array.from({ length: 50 }, (_, i) => ({ requests: 100, events: 9 + (i % 3), sum: 0 }));
    const past = { metric: "reward", kind: "ratio" as const, windowMs: 1000, windows };
    const [known, unknown] = [startAbn(planOf(), [past]), startAbn(planOf())];
    assert.equal(known.kind, "ratio");
    assert.equal(known.versions[0]?.reward.requests, 0);
    assert.ok(
      evidence(walk(planOf(), looks(0, 3), known), "v3", "v1") >
        evidence(walk(planOf(), looks(0, 3), unknown), "v3", "v1"),
    );
  });

  it("does without a past that has a number that is none", () => {
    const plan = planOf({ criteria: [{ ...errorsCriterion, metric: "reward" }] });
    const start = (events: number) =>
      startAbn(plan, [
        { metric: "reward", kind: "ratio", windowMs: 1000, windows: [{ requests: 10, events, sum: 0 }] },
      ]);
    assert.deepEqual(start(NaN), startAbn(plan));
    assert.notDeepEqual(start(1), startAbn(plan));
  });
});

describe("abnStep", () => {
  it("names the best version once the evidence is enough, and gives it all traffic", () => {
    const plan = planOf();
    const states = [startAbn(plan)];
    for (const metrics of looks(0, 80))
      states.push(abnStep(plan, states.at(-1) as AbnState, { metrics, random: noRandom }));
    const at = states.findIndex(({ winner }) => winner !== undefined);
    const [before, after] = [states[at - 1] as AbnState, states[at] as AbnState];
    assert.equal(after.winner, "v3");
    assert.deepEqual(after.weights, { v1: 0, v2: 0, v3: 100 });
    assert.match(
      after.reason,
      /^Version v3 wins: reward is better than that of every other version, evidence [\d,]+ of 80\.$/,
    );
    const least = (state: AbnState) => Math.min(evidence(state, "v3", "v1"), evidence(state, "v3", "v2"));
    assert.ok(least(before) < Math.log(80) && least(after) >= Math.log(80));
    assert.match(before.reason, /^No winner yet: version v3 is nearest to the best reward, evidence [\d.]+ of 80\.$/);
    assert.equal(states.at(-1), after, "nothing changes after the winner");
  });

  it("names the baseline when it is the best, and the smallest where lower is better", () => {
    const swapped = looks(0, 80).map((metrics) => metrics.map((metric) => rename(metric, { v1: "v3", v3: "v1" })));
    assert.equal(walk(planOf(), swapped).winner, "v1");
    const low = { v1: 30, v2: 10, v3: 30 };
    const lower = planOf({ reward: { metric: "reward", direction: "lower" } });
    const samples = Array.from({ length: 40 }, (_, at) => [sample("ratio", at, steady(at, low))]);
    assert.equal(walk(lower, samples).winner, "v2");
    assert.equal(walk(planOf(), samples).winner, undefined);
  });

  it("compares means", () => {
    const wobble = (at: number) => 5 * Math.sin(at);
    const samples = Array.from({ length: 40 }, (_, at) => [
      sample("mean", at, {
        v1: [100 * at, 300 * at],
        v2: [100 * at, 300 * at - wobble(at)],
        v3: [50 * at, 175 * at + wobble(at)],
      }),
    ]);
    assert.equal(walk(planOf(), samples).winner, "v3");
    assert.equal(walk(planOf({ reward: { metric: "reward", direction: "lower" } }), samples).winner, undefined);
  });

  it("weighs a window with what was known before it", () => {
    const counts = (a: number, b: number): Counts => ({ v1: [100, a], v2: [50, b] });
    const plan = planOf({ candidates: ["v2"] });
    const first = walk(plan, [[sample("ratio", 0, { v1: [0, 0], v2: [0, 0] })], [sample("ratio", 1, counts(10, 5))]]);
    assert.equal(evidence(first, "v2", "v1"), 0, "the first window tells only the rate");
    const second = walk(plan, [[sample("ratio", 2, { v1: [200, 14], v2: [100, 15] })]], first);
    // One window of each version set the rate of 0.1; 2 x 100 x 50 / 150 x 0.1 = 6.67 events are expected. No window was
    // predicted yet, so the coefficient of variation is the one that is assumed, 20.
    const scale = 1 / (1 + (20 * 2 * 100 * 50 * 0.1) / 150);
    const window = { baselineRequests: 100, baselineEvents: 4, candidateRequests: 50, candidateEvents: 10 };
    const zeros = FACTORS.map(() => 0);
    const expected = logMixture(rateRatio(zeros, window, 1, 1, scale));
    assert.ok(Math.abs(evidence(second, "v2", "v1") - expected) < 1e-12);
  });

  it("counts the rarer of events and other requests", () => {
    const samples = (flip: boolean) =>
      looks(0, 12).map(([metric]) => [
        {
          ...(metric as AbnMetric),
          versions: (metric as AbnMetric).versions.map(({ version, totals }) => ({
            version,
            totals: { ...totals, events: flip ? totals.requests - totals.events : totals.events },
          })),
        },
      ]);
    const lower = planOf({ reward: { metric: "reward", direction: "lower" } });
    assert.equal(
      evidence(walk(planOf(), samples(false)), "v3", "v1"),
      evidence(walk(lower, samples(true)), "v3", "v1"),
    );
  });

  it("drops a candidate that is beyond a tolerance, however good its reward", () => {
    const plan = planOf({ criteria: [errorsCriterion] });
    const failing = (at: number) => sample("ratio", at, steady(at, { v1: 0.1, v2: 0.1, v3: 30 }), "errors");
    const samples = looks(0, 80).map(([metric], at) => [metric as AbnMetric, failing(at)]);
    const state = walk(plan, samples);
    assert.deepEqual(state.dropped, ["v3"]);
    assert.equal(state.weights["v3"], 0);
    assert.notEqual(state.winner, "v3");
    assert.ok(state.pairs.every(({ better, than }) => better !== "v3" && than !== "v3"));
    assert.equal(neededEvidence(plan).harm, Math.log(2 / 0.025));
    const told = samples
      .map((_, i) => walk(plan, samples.slice(0, i + 1)).reason)
      .find((reason) => reason.includes("dropped"));
    assert.match(
      told ?? "",
      /^Candidate v3 was dropped: errors is beyond its tolerance, evidence of harm [\d,]+ of 80\. No winner yet/,
    );
  });

  it("lets the baseline win when all candidates were dropped", () => {
    const plan = planOf({ criteria: [errorsCriterion] });
    const state = walk(
      plan,
      Array.from({ length: 60 }, (_, at) => [sample("ratio", at, steady(at, { v1: 0, v2: 50, v3: 30 }), "errors")]),
    );
    assert.equal(state.winner, "v1");
    assert.match(state.reason, /Version v1 wins: all candidates were dropped\.$/);
    assert.deepEqual(state.weights, { v1: 100, v2: 0, v3: 0 });
  });

  it("holds a candidate back until it is shown to be within the tolerances", () => {
    const plan = planOf({ criteria: [errorsCriterion] });
    const blind = walk(plan, looks(0, 80));
    assert.equal(blind.winner, undefined);
    assert.match(
      blind.reason,
      /^No winner yet: version v3 has the best reward, but errors is not yet shown to be within its tolerance, evidence 1 of 80\.$/,
    );
    const seen = Array.from({ length: 10 }, (_, i) => [
      sample("ratio", i, steady(i, { v1: 0, v2: 0, v3: 0 }), "errors"),
    ]);
    assert.equal(
      walk(
        plan,
        seen.map((metrics) => metrics.map((m) => ({ ...m, at: m.at + 100 }))),
        blind,
      ).winner,
      undefined,
    );
    const safe = Array.from({ length: 30 }, (_, i) => [
      sample("ratio", 200 + i, { v1: [9e5 * i, 0], v3: [9e5 * i, 0] }, "errors"),
    ]);
    assert.equal(walk(plan, safe, blind).winner, "v3");
  });
});

describe("abnStep with samples that cannot be used", () => {
  const plan = planOf();
  const before = walk(plan, looks(0, 5));

  it("changes nothing for late samples, duplicates, none, and none of its metrics", () => {
    const useless: AbnMetric[][] = [
      [],
      looks(5, 5)[0] as AbnMetric[],
      looks(3, 3)[0] as AbnMetric[],
      [sample("ratio", NaN, steady(9, rates))],
      [sample("mean", 9, steady(9, rates))],
      [{ ...sample("ratio", 9, steady(9, rates)), kind: "percentile" }],
      [sample("ratio", 9, steady(9, rates), "other")],
      [sample("ratio", 9, { v1: [NaN, 0], v2: [100, 200], v3: [-1, 0], v4: [1, 1] })],
    ];
    for (const metrics of useless) assert.equal(abnStep(plan, before, { metrics, random: noRandom }), before);
  });

  it("takes a percentile without its histogram for no evidence", () => {
    const slow = {
      ...errorsCriterion,
      metric: "p90",
      toleranceType: "threshold" as const,
      tolerance: 2,
      floor: undefined,
    };
    const criteria = planOf({ criteria: [slow] });
    const histogram = (at: number, buckets: readonly number[] | undefined): AbnMetric => {
      const versions = ["v1", "v2", "v3"].map((version) => ({
        version,
        totals: { requests: 1000 * at, events: 0, sum: 0, buckets: buckets?.map((count) => count * at) },
      }));
      return { metric: "p90", kind: "percentile", at, quantile: 0.9, bounds: [1, 2], versions };
    };
    const after = (buckets: readonly number[] | undefined) =>
      walk(
        criteria,
        Array.from({ length: 9 }, (_, at) => [histogram(at, buckets)]),
      );
    for (const buckets of [undefined, [], [900]]) assert.equal(after(buckets).versions[1]?.criteria[0], null);
    assert.equal(after([900, 1000]).dropped.length, 0);
    assert.ok(after([100, 500]).dropped.length === 2);
  });

  it("voids the window of the version whose counters went back, and no other's", () => {
    const after = walk(plan, [[sample("ratio", 6, { ...steady(6, rates), v3: [20, 9] })]], before);
    assert.equal(evidence(after, "v3", "v1"), evidence(before, "v3", "v1"));
    assert.notEqual(evidence(after, "v2", "v1"), evidence(before, "v2", "v1"));
    const requests = (state: AbnState) => state.versions.map(({ reward }) => reward.requests);
    assert.deepEqual(requests(after), [600, 600, 500]);
    const next = walk(plan, [[sample("ratio", 7, { ...steady(7, rates), v3: [120, 49] })]], after);
    assert.deepEqual(requests(next), [700, 700, 600]);
    assert.notEqual(evidence(next, "v3", "v1"), evidence(after, "v3", "v1"));
  });

  it("does not compare different spans of time", () => {
    const others = steady(6, { v1: rates.v1, v2: rates.v2 });
    const missed = walk(plan, [[sample("ratio", 6, others)], [sample("ratio", 7, steady(7, rates))]], before);
    assert.equal(evidence(missed, "v3", "v1"), evidence(before, "v3", "v1"));
    assert.equal(missed.versions[2]?.reward.requests, 700);
    const next = walk(plan, [[sample("ratio", 8, steady(8, rates))]], missed);
    assert.notEqual(evidence(next, "v3", "v1"), evidence(missed, "v3", "v1"));
  });

  it("draws no new weights when a step is replayed", () => {
    const thompson = planOf({ split: "thompson" });
    const input = { metrics: looks(6, 6)[0] as AbnMetric[], random: seededRandom(1) };
    const once = abnStep(thompson, before, input);
    assert.notDeepEqual(once.weights, before.weights);
    assert.equal(abnStep(thompson, once, input), once);
    assert.deepEqual(abnStep(thompson, before, { ...input, random: seededRandom(1) }), once);
  });
});

function rename(metric: AbnMetric, names: Readonly<Record<string, string>>): AbnMetric {
  return {
    ...metric,
    versions: metric.versions.map(({ version, totals }) => ({ version: names[version] ?? version, totals })),
  };
}
