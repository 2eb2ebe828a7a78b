import assert from "node:assert/strict";
import {
  AnalysisError,
  analyze,
  bayesianShare,
  believe,
  drawValue,
  priorBelief,
  type Belief,
  type Observations,
} from "../../../engine/iter8";
import type { BeliefState } from "../../../engine/iter8/lastState";
import { both, criterion, NOW, reading, request } from "./builders";
import { seededRandom } from "./seededRandom";

const minMax = { min: 10, max: 30 };

function share(seen: Observations, some: Parameters<typeof criterion>[0], optimistic = false): number {
  const wanted = criterion(some);
  const belief = (version: keyof Observations) =>
    wanted.isCounter ? null : (believe(seen[version][0] ?? reading(0, null), wanted.minMax) ?? priorBelief());
  const beliefs = { baseline: [belief("baseline")], candidate: [belief("candidate")] };
  return bayesianShare({ criteria: [wanted], readings: seen, beliefs }, seededRandom(1), { optimistic });
}

describe("a belief of Iter8 v0.1", () => {
  it("is Beta within bounds: one for each end, and each request in parts", () => {
    // A mean of 15 is a quarter of the way from 10 to 30: 2 of 8 requests at 30.
    assert.deepEqual(believe(reading(8, 15), minMax), { kind: "beta", alpha: 3, beta: 7, ...minMax });
    assert.deepEqual(believe(reading(0, 15), minMax), priorBelief(minMax));
  });

  it("is normal without bounds, and around 0 without requests", () => {
    assert.deepEqual(believe(reading(3, 15)), { kind: "normal", mean: 15, sd: 0.5 });
    assert.deepEqual(believe(reading(0, 15)), priorBelief());
  });

  it("is none without a value, or where the bounds coincide", () => {
    assert.equal(believe(reading(3, null), minMax), undefined);
    assert.equal(believe(reading(3, 10), { min: 10, max: 10 }), undefined);
  });

  it("cannot be far out of bounds", () => {
    assert.throws(() => believe(reading(100, 31), minMax), AnalysisError);
    assert.throws(() => believe(reading(100, 9), minMax), AnalysisError);
  });

  for (const belief of [
    { kind: "beta", alpha: 3, beta: 7, ...minMax },
    { kind: "normal", mean: 16, sd: 4 },
  ] satisfies Belief[]) {
    it(`is drawn from with its mean, and optimistically not above it: ${belief.kind}`, () => {
      const random = seededRandom(2);
      const draws = Array.from({ length: 4000 }, () => drawValue(belief, false, random));
      const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
      assert.ok(Math.abs(mean - 16) < 0.3, `${mean}`);
      for (let i = 0; i < 1000; i++) assert.ok(drawValue(belief, true, random) <= 16);
    });
  }
});

describe("Bayesian routing of Iter8 v0.1", () => {
  it("gives a good candidate all, the more surely the more requests there were", () => {
    const few = share(both(reading(1, 0.1), reading(1, 0.1)), { value: 1e6 });
    const many = share(both(reading(500, 0.1), reading(500, 0.1)), { value: 1e6 });
    assert.ok(few > 0.5 && few < 0.95, `${few}`);
    assert.equal(many, 1);
  });

  it("gives the baseline all when no version is good", () => {
    assert.equal(share(both(reading(500, 9), reading(500, 9)), { value: 1 }), 0);
  });

  it("gives the candidate all when only the baseline is bad", () => {
    assert.equal(share(both(reading(500, 9), reading(500, 0)), { value: 1 }), 1);
  });

  it("binds only the candidate by a delta", () => {
    assert.equal(share(both(reading(500, 1), reading(500, 9)), { type: "delta", value: 0.5 }), 0);
    assert.equal(share(both(reading(500, 9), reading(500, 1)), { type: "delta", value: 0.5 }), 1);
  });

  it("does not bind the baseline by a delta", () => {
    const wins = share(both(reading(1, 100), reading(1, 1)), { type: "delta", value: -0.5 });
    assert.ok(wins > 0.5 && wins < 0.95, `${wins}`);
  });

  it("takes a counter for what it shows", () => {
    const counter = { isCounter: true, value: 5 };
    assert.equal(share(both(reading(500, 5), reading(500, 5)), counter), 1);
    assert.equal(share(both(reading(500, 5), reading(500, 6)), counter), 0);
    assert.equal(share(both(reading(500, 5), reading(500, null)), counter), 0);
  });

  it("has no use for a delta without a baseline's value", () => {
    assert.equal(share(both(reading(500, null), reading(500, 0)), { type: "delta", value: 5 }), 0);
  });

  it("is more hopeful when optimistic", () => {
    const seen = both(reading(3, 0.5), reading(3, 0.5));
    assert.ok(share(seen, { value: 0.5 }, true) > share(seen, { value: 0.5 }) + 0.05);
  });
});

describe("an answer of Bayesian routing", () => {
  const counter = criterion({ metricName: "c", isCounter: true, value: 5 });
  const latency = criterion({ metricName: "l", value: 1e6 });
  const call = (
    some: Parameters<typeof request>[0],
    seen: Observations,
    algorithm: "posterior_bayesian_routing" | "optimistic_bayesian_routing" = "posterior_bayesian_routing",
  ) => analyze(algorithm, request(some), seen, NOW, seededRandom(3));

  it("caps the candidate, but not the confidence", () => {
    const answer = call({ criteria: [latency] }, both(reading(500, 1), reading(500, 1)));
    assert.deepEqual([answer.baseline.traffic_percentage, answer.candidate.traffic_percentage], [20, 80]);
    assert.deepEqual(answer.assessment.summary.conclusions, [
      "All success criteria were  met",
      "Required confidence of 0.95 was reached",
    ]);
  });

  it("judges however few requests there were", () => {
    const answer = call({ criteria: [criterion({ sampleSize: 1000 })] }, both(reading(0, 0), reading(0, 9)));
    assert.deepEqual(answer.assessment.success_criteria[0]?.conclusions, [
      "m of the candidate is not within threshold 0.2 . ",
    ]);
  });

  it("looks at the first criterion's metric for every counter", () => {
    const criteria = [latency, counter];
    // The counter is within its threshold, but the first metric's value, which is taken for it, is not.
    const seen = { baseline: [reading(500, 9), reading(500, 0)], candidate: [reading(500, 9), reading(500, 0)] };
    const answer = call({ criteria }, seen);
    assert.equal(answer.candidate.traffic_percentage, 0);
    assert.equal(answer.assessment.summary.all_success_criteria_met, true);
  });

  it("looks at the first criterion's metric for every delta", () => {
    const criteria = [latency, criterion({ metricName: "d", type: "delta", value: 0 })];
    const seen = { baseline: [reading(500, 9), reading(500, 1)], candidate: [reading(500, 9), reading(500, 2)] };
    assert.equal(call({ criteria }, seen).candidate.traffic_percentage, 80);
  });

  it("keeps the belief of the call before while there is no value", () => {
    const criteria = [criterion({ minMax, value: 20 })];
    const first = call({ criteria }, both(reading(8, 15), reading(8, 15)));
    const second = call({ criteria, lastState: first._last_state }, both(reading(9, null), reading(9, null)));
    assert.deepEqual(second._last_state, first._last_state);
    assert.deepEqual((first._last_state as BeliefState).candidate.success_criterion_belief, [[3, 7, null, null]]);
  });

  it("begins with the priors while there is no value", () => {
    const criteria = [criterion({ minMax }), criterion({ metricName: "n" }), counter];
    const nothing = criteria.map(() => reading(0, null));
    const answer = call({ criteria }, { baseline: nothing, candidate: nothing });
    assert.deepEqual((answer._last_state as BeliefState).baseline.success_criterion_belief, [
      [1, 1, null, null],
      [null, null, 0, 1],
      [null, null, null, null],
    ]);
  });

  it("knows a metric by the bounds of its last criterion", () => {
    const criteria = [criterion({ minMax }), criterion({ type: "delta" })];
    const twice = [reading(3, 15), reading(3, 15)];
    const answer = call({ criteria }, { baseline: twice, candidate: twice });
    assert.deepEqual((answer._last_state as BeliefState).baseline.success_criterion_belief, [
      [null, null, 15, 0.5],
      [null, null, 15, 0.5],
    ]);
  });

  for (const [what, lastState] of [
    ["of the other kind of algorithm", { baseline: { traffic_percentage: 1 }, candidate: { traffic_percentage: 99 } }],
    ["of another belief", beliefState([[null, null, 0, 1]])],
    ["with an impossible belief", beliefState([[0, 1, null, null]])],
  ] as const) {
    it(`refuses a state ${what}`, () => {
      const seen = both(reading(0, null), reading(0, null));
      assert.throws(() => call({ criteria: [criterion({ minMax })], lastState }, seen), AnalysisError);
    });
  }
});

function beliefState(success_criterion_belief: unknown) {
  const version = { success_criterion_belief, reward_belief: [null, null, null, null] };
  return { baseline: version, candidate: version };
}
