import assert from "node:assert/strict";
import fc from "fast-check";
import {
  abnStep,
  checkAbnPlan,
  SPLITS,
  startAbn,
  type AbnMetric,
  type AbnPlan,
  type AbnState,
} from "../../../engine/abn";
import { allFinite } from "../../../engine/abn/finite";
import { versionsOf } from "../../../engine/abn/plan";
import { inRace } from "../../../engine/abn/state";
import { weighPair } from "../../../engine/abn/pairs";
import { DIRECTIONS, TOLERANCE_TYPES, type Totals } from "../../../engine";
import { chance } from "./simulate";

const NAMES = ["v2", "v3", "v4", "v5"];

const planArb: fc.Arbitrary<AbnPlan> = fc
  .record({
    candidates: fc.subarray(NAMES, { minLength: 1 }),
    criteria: fc.array(
      fc
        .record({
          metric: fc.constantFrom("errors", "latency", "reward"),
          toleranceType: fc.constantFrom(...TOLERANCE_TYPES),
          tolerance: fc.nat(99).map((percent) => percent / 100),
          direction: fc.constantFrom(...DIRECTIONS),
          sampleSize: fc.constant(0),
          stopOnFailure: fc.boolean(),
        })
        // Limits that no share can reach are among them.
        .map((c) => (c.toleranceType === "threshold" ? { ...c, tolerance: Math.round(30 * c.tolerance) / 10 } : c)),
      { maxLength: 2 },
    ),
    reward: fc.record({ metric: fc.constant("reward"), direction: fc.constantFrom(...DIRECTIONS) }),
    alpha: fc.constantFrom(0.01, 0.1, 0.5),
    split: fc.constantFrom(...SPLITS),
    floor: fc.integer({ min: 1, max: 20 }),
  })
  .map((plan) => ({ baseline: "v1", ...plan }));

const anyNumber = fc.oneof(
  { weight: 20, arbitrary: fc.nat(3000) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -1, 1e308) },
);
const totalsArb: fc.Arbitrary<Totals> = fc
  .record({ requests: anyNumber, events: anyNumber, sum: anyNumber, tame: fc.integer({ min: 0, max: 9 }) })
  // Mostly counts that can be, so that evidence comes up.
  .map(({ requests, events, sum, tame }) => ({
    requests,
    events: tame > 0 ? Math.min(events, requests) : events,
    sum,
  }));

const metricArb = (metric: string): fc.Arbitrary<AbnMetric> =>
  fc.record({
    metric: fc.constant(metric),
    kind: fc.constantFrom(...(metric === "latency" ? (["mean", "percentile"] as const) : (["ratio"] as const))),
    at: anyNumber,
    quantile: fc.constantFrom(0.9, 1, undefined),
    bounds: fc.constantFrom([1, 2], undefined),
    versions: fc
      .tuple(...["v1", ...NAMES].map((version) => fc.record({ version: fc.constant(version), totals: totalsArb })))
      .chain((all) => fc.shuffledSubarray(all)),
  });

const ALL = ["v1", ...NAMES];
const ratesArb = fc.tuple(...ALL.map(() => fc.constantFrom(0, 0.01, 0.1, 0.3, 0.9)));

/** Samples of any kind; or ones that tell versions of steady rates apart, with some of any kind among them. */
const samplesArb: fc.Arbitrary<AbnMetric[][]> = fc.oneof(
  fc.array(fc.tuple(metricArb("reward"), metricArb("errors"), metricArb("latency")), { minLength: 1, maxLength: 10 }),
  fc
    .tuple(
      ratesArb,
      ratesArb,
      ratesArb,
      fc.array(fc.option(metricArb("reward"), { freq: 9 }), { minLength: 4, maxLength: 16 }),
    )
    .map(([reward, errors, latency, wild]) =>
      wild.map((odd, look) => [
        odd ?? steady("reward", "ratio", look, reward),
        steady("errors", "ratio", look, errors),
        steady("latency", "mean", look, latency),
      ]),
    ),
);

function steady(metric: string, kind: "ratio" | "mean", look: number, rates: readonly number[]): AbnMetric {
  const versions = ALL.map((version, i) => {
    const requests = 3000 * look + 10 * i * look;
    const seen = requests * (rates[i] as number);
    const [events, sum] = kind === "ratio" ? [Math.round(seen), 0] : [0, seen + Math.sin(look + i) * look];
    return { version, totals: { requests, events, sum } };
  });
  return { metric, kind, at: 4000 + look, versions };
}

function checkState(plan: AbnPlan, state: AbnState): void {
  assert.deepEqual(Object.keys(state.weights), versionsOf(plan));
  const weights = Object.values(state.weights);
  assert.equal(
    weights.reduce((sum, weight) => sum + weight, 0),
    100,
  );
  assert.ok(weights.every((weight) => Number.isInteger(weight)));
  const racing = inRace(state).map(({ version }) => version);
  assert.ok(racing.includes(plan.baseline));
  for (const name of versionsOf(plan)) {
    const weight = state.weights[name] ?? NaN;
    if (state.winner !== undefined) assert.equal(weight, name === state.winner ? 100 : 0);
    else if (racing.includes(name)) assert.ok(weight >= plan.floor, `${name}: ${weight}`);
    else assert.equal(weight, 0);
  }
  if (state.winner !== undefined) assert.ok(racing.includes(state.winner));
  assert.ok(allFinite(state), JSON.stringify(state));
  assert.doesNotMatch(state.reason, /NaN|Infinity|undefined|null/);
}

describe("abnStep, for any input", () => {
  it("keeps sum and floors of the weights, has no number that is none, survives JSON and replays", () => {
    let dropped = 0;
    let won = 0;
    fc.assert(
      fc.property(planArb, samplesArb, fc.nat(), (plan, looks, seed) => {
        assert.deepEqual(checkAbnPlan(plan), []);
        let state = startAbn(plan);
        checkState(plan, state);
        for (const metrics of looks) {
          const after = abnStep(plan, state, { metrics, random: chance(seed).source });
          checkState(plan, after);
          const revived = JSON.parse(JSON.stringify(state)) as AbnState;
          const again = abnStep(plan, revived, { metrics, random: chance(seed).source });
          assert.equal(JSON.stringify(again), JSON.stringify(after));
          assert.equal(abnStep(plan, after, { metrics, random: chance(seed + 1).source }), after);
          assert.deepEqual(after.dropped.slice(0, state.dropped.length), state.dropped);
          state = after;
        }
        dropped += state.dropped.length;
        won += state.winner === undefined ? 0 : 1;
      }),
      { numRuns: 150 },
    );
    assert.ok(dropped > 0 && won > 0, `the inputs reach drops (${dropped}) and winners (${won})`);
  });

  it("does not depend on the names of versions or their order", () => {
    fc.assert(
      fc.property(
        planArb,
        samplesArb,
        fc.shuffledSubarray(["a", "b", "c", "d"], { minLength: 4 }),
        fc.nat(),
        fc.nat(),
        (plan, looks, fresh, turn, seed) => {
          const names = new Map([["v1", "v1"], ...NAMES.map((name, i) => [name, fresh[i] as string] as const)]);
          const named = (name: string) => names.get(name) ?? name;
          const from = turn % plan.candidates.length;
          const candidates = [...plan.candidates.slice(from), ...plan.candidates.slice(0, from)].map(named);
          const other: AbnPlan = { ...plan, candidates };
          let [state, renamed] = [startAbn(plan), startAbn(other)];
          for (const metrics of looks) {
            const moved = metrics.map((metric) => ({
              ...metric,
              versions: metric.versions.map((seen) => ({ ...seen, version: named(seen.version) })).reverse(),
            }));
            state = abnStep(plan, state, { metrics, random: chance(seed).source });
            renamed = abnStep(other, renamed, { metrics: [...moved].reverse(), random: chance(seed).source });
            sameButNames(state, renamed, named);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

function sameButNames(state: AbnState, renamed: AbnState, named: (name: string) => string): void {
  assert.equal(renamed.winner, state.winner === undefined ? undefined : named(state.winner));
  assert.deepEqual([...renamed.dropped].sort(), state.dropped.map(named).sort());
  // Of equal shares the odd percent goes to the version that comes first.
  for (const [name, weight] of Object.entries(state.weights))
    assert.ok(Math.abs((renamed.weights[named(name)] ?? NaN) - weight) <= 1, name);
  for (const pair of state.pairs) {
    const same = renamed.pairs.find(({ better, than }) => better === named(pair.better) && than === named(pair.than));
    assert.ok(same !== undefined);
    assert.equal(weighPair(same, renamed.calibration), weighPair(pair, state.calibration));
  }
}
