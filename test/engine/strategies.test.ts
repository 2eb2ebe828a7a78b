import assert from "node:assert/strict";
import { step, type Observation, type Plan, type ReleaseState, type Strategy } from "../../engine";
import { seededRandom } from "./iter8/seededRandom";
import { criterion, INTERVAL_MS, iterating, plan, READY } from "./builders";

function values(candidate: number, samples: number): Observation {
  const seen = { value: candidate, sampleSize: samples };
  const baseline = { value: 100, sampleSize: 50 * samples };
  const metrics = [{ metric: "latency", isCounter: false, unit: "", baseline, candidate: seen }];
  return { kind: "values", metrics };
}

const of = (strategy: Strategy): Plan =>
  plan({ traffic: { strategy, step: 20, maxWeight: 80, maxIterations: 6 }, criteria: [criterion({ tolerance: 200 })] });

/** The weights after each observation. */
function weights(
  strategy: Strategy,
  seen: readonly (Observation | undefined)[],
  start: Partial<ReleaseState> = {},
): number[] {
  let state = iterating(start);
  const random = seededRandom(7);
  return seen.map((observation, i) => {
    state = step(of(strategy), state, { now: (i + 1) * INTERVAL_MS, targets: READY, observation, random }).state;
    return state.weight;
  });
}

describe("strategies of Iter8 in a release", () => {
  it("epsilon_greedy begins even, favours the candidate, and the baseline when the candidate fails", () => {
    const started = step(of("epsilon_greedy"), { ...iterating(), stage: "waiting" }, { now: 0, targets: READY }).state;
    assert.deepEqual([started.weight, started.effectiveIterations], [50, 1]);
    const seen = [values(100, 20), values(100, 5), values(300, 40), values(300, 60)];
    // 1 - 1/4, held for want of samples, (1/3)/2, (1/4)/2
    assert.deepEqual(weights("epsilon_greedy", seen, { weight: 50, effectiveIterations: 1 }), [75, 75, 16, 12]);
  });

  it("increment_without_check asks for no metrics and promotes at the end", () => {
    const nothing = Array<undefined>(6).fill(undefined);
    assert.deepEqual(weights("increment_without_check", nothing), [40, 60, 80, 80, 80, 100]);
  });

  for (const strategy of ["posterior_bayesian_routing", "optimistic_bayesian_routing"] as const) {
    it(`${strategy} gives a good candidate the maximum, and a bad one nothing`, () => {
      assert.deepEqual(weights(strategy, [values(100, 500)], { weight: 50 }), [80]);
      assert.deepEqual(weights(strategy, [values(300, 500)], { weight: 50 }), [0]);
    });
    it(`${strategy} repeats a step with the same draws`, () => {
      const once = () => weights(strategy, [values(199.9, 20), values(200.1, 30)], { weight: 50 });
      assert.deepEqual(once(), once());
    });
  }

  it("a range that is too narrow ends no release", () => {
    const narrow = plan({
      traffic: { strategy: "posterior_bayesian_routing", step: 20, maxWeight: 80, maxIterations: 6 },
      criteria: [criterion({ tolerance: 200, range: { min: 0, max: 90 } })],
    });
    const input = { now: INTERVAL_MS, targets: READY, observation: values(100, 500), random: seededRandom(7) };
    assert.equal(step(narrow, iterating({ weight: 50 }), input).state.weight, 80);
  });

  it("a Bayesian strategy without a random source is a mistake, said so", () => {
    const input = { now: INTERVAL_MS, targets: READY, observation: values(100, 20) };
    assert.throws(() => step(of("posterior_bayesian_routing"), iterating(), input), /needs a random source/);
  });
});
