import assert from "node:assert/strict";
import { AnalysisError, analyze, epsilonGreedyWeight, type Reading } from "../../../engine/iter8";
import { both, candidateTraffic, chain, criterion, NOW, reading, request } from "./builders";
import { noRandom } from "./seededRandom";

const good = (sampleSize: number) => reading(sampleSize, 0.1);
const bad = (sampleSize: number) => reading(sampleSize, 5);
/** The candidate's readings, beside a baseline that is always good. */
const beside = (...candidate: Reading[]) => candidate.map((seen, i) => both(good(100 + i), seen));
const full = request({ traffic: { stepSize: 20, maxTrafficPercent: 100, confidence: 0.95 } });

describe("check_and_increment of Iter8 v0.1", () => {
  it("remembers a bad start for as long as the mean since the start is over the limit", () => {
    const asked = request({ traffic: { stepSize: 10, maxTrafficPercent: 80, confidence: 0.95 } });
    const means = [0.5, 0.4, 0.3, 0.2, 0.15].map((value, i) => reading(10 * (i + 1), value));
    assert.deepEqual(candidateTraffic(chain("check_and_increment", asked, beside(...means))), [10, 10, 10, 20, 30]);
  });

  it("holds without load", () => {
    const silence = Array.from({ length: 4 }, () => both(reading(0, null), reading(0, null)));
    const answers = chain("check_and_increment", request(), silence);
    assert.deepEqual(candidateTraffic(answers), [20, 20, 20, 20]);
    assert.deepEqual(answers[1]?.assessment.summary.conclusions, [
      "All success criteria were not met",
      "No change observed in this iteration. Traffic percentage is not altered",
    ]);
  });

  it("aborts when errors show, and holds", () => {
    const asked = request({
      criteria: [criterion({ type: "delta", value: 0.02, sampleSize: 10, stopOnFailure: true })],
    });
    const errors = [reading(0, 0), reading(8, 0.9), reading(16, 0.9)];
    const answers = chain("check_and_increment", asked, beside(...errors));
    assert.deepEqual(candidateTraffic(answers), [20, 20, 20]);
    assert.deepEqual(
      answers.map((answer) => answer.assessment.summary.abort_experiment),
      [false, false, true],
    );
  });

  it("comes down to a maximum that was lowered", () => {
    const [first] = chain("check_and_increment", request(), beside(good(10)));
    const traffic = { stepSize: 20, maxTrafficPercent: 15, confidence: 0.95 };
    const lowered = request({ traffic, lastState: first?._last_state });
    assert.deepEqual(candidateTraffic(chain("check_and_increment", lowered, beside(good(20)))), [15]);
  });

  it("begins with the maximum when a step is more", () => {
    const traffic = { stepSize: 60, maxTrafficPercent: 50, confidence: 0.95 };
    assert.deepEqual(candidateTraffic(chain("check_and_increment", request({ traffic }), beside(good(10)))), [50]);
  });
});

describe("epsilon_t_greedy of Iter8 v0.1", () => {
  it("explores a failing candidate less and less", () => {
    const failing = Array.from({ length: 9 }, (_, i) => bad(10 * (i + 1)));
    assert.deepEqual(
      candidateTraffic(chain("epsilon_t_greedy", full, beside(...failing))),
      [50, 25, 16, 12, 10, 8, 7, 6, 5],
    );
  });

  it("goes to and fro with the candidate, and holds when nothing is new", () => {
    const seen = beside(good(10), bad(20), good(30), good(40), bad(50));
    const answers = chain("epsilon_t_greedy", full, [...seen, ...seen.slice(-1)]);
    assert.deepEqual(candidateTraffic(answers), [50, 25, 83, 87, 10, 10]);
    assert.deepEqual(
      answers.map((answer) => (answer._last_state as { effective_iteration_count?: number }).effective_iteration_count),
      [1, 2, 3, 4, 5, 5],
    );
  });

  it("caps both shares", () => {
    const traffic = { stepSize: 2, maxTrafficPercent: 20, confidence: 0.95 };
    const seen = beside(good(10), bad(20), bad(30));
    assert.deepEqual(candidateTraffic(chain("epsilon_t_greedy", request({ traffic }), seen)), [20, 20, 16]);
  });

  it("truncates to whole percent", () => {
    const weights = [1, 2, 3, 4, 5, 6, 7, 10, 100].map((n) => epsilonGreedyWeight(n, 100));
    assert.deepEqual(weights, [50, 75, 83, 87, 90, 91, 92, 95, 99]);
    assert.equal(epsilonGreedyWeight(3, 100, "baseline"), 16);
  });

  it("does not truncate the maximum", () => assert.equal(epsilonGreedyWeight(5, 42.5), 42.5));
});

describe("the state that a call goes on from", () => {
  const call = (algorithm: "check_and_increment" | "epsilon_t_greedy", lastState: unknown) => () => {
    analyze(algorithm, request({ lastState }), both(good(10), good(10)), NOW, noRandom);
  };
  const version = { traffic_percentage: 20, success_criterion_information: [[1, null]] };
  const state = { baseline: version, candidate: version };

  it("is taken when it has all that is needed", () => {
    assert.doesNotThrow(call("check_and_increment", state));
    assert.doesNotThrow(call("check_and_increment", null));
    assert.doesNotThrow(call("epsilon_t_greedy", { ...state, effective_iteration_count: 3 }));
  });

  for (const [what, algorithm, lastState] of [
    ["the iteration count", "epsilon_t_greedy", state],
    ["a version", "check_and_increment", { candidate: version }],
    ["the traffic", "check_and_increment", { ...state, candidate: { ...version, traffic_percentage: "20" } }],
    ["a sample", "check_and_increment", { ...state, baseline: { ...version, success_criterion_information: [[1]] } }],
  ] as const) {
    it(`is refused without ${what}`, () => assert.throws(call(algorithm, lastState), AnalysisError));
  }

  it("keeps a sample size that shrank, and does not count it as new", () => {
    const seen = [both(good(100), good(50)), both(good(100), good(40.9))];
    const [, second] = chain("check_and_increment", request(), seen);
    assert.deepEqual(second?._last_state.candidate, {
      traffic_percentage: 20,
      success_criterion_information: [[50, 0.1]],
    });
  });

  it("takes a criterion that was added for new", () => {
    const [first] = chain("check_and_increment", request(), [both(good(100), good(50))]);
    const asked = request({ criteria: [criterion(), criterion()], lastState: first?._last_state });
    const twice = { baseline: [good(100), good(100)], candidate: [good(50), good(50)] };
    assert.deepEqual(candidateTraffic(chain("check_and_increment", asked, [twice])), [40]);
  });
});

describe("what the baseline is held against", () => {
  const sentence = "The baseline version did not meet success criteria";
  const says = (baseline: Reading, candidate: Reading, criteria = [criterion()]) => {
    const readings = (one: Reading) => criteria.map(() => one);
    const seen = { baseline: readings(baseline), candidate: readings(candidate) };
    const start = { baseline: readings(good(1)), candidate: readings(good(1)) };
    const [first, second] = chain("check_and_increment", request({ criteria }), [start, seen]);
    assert.ok(!first?.assessment.summary.conclusions.includes(sentence));
    return second?.assessment.summary.conclusions.includes(sentence);
  };

  it("thresholds, once both had enough requests and the candidate failed", () => {
    assert.equal(says(bad(10), bad(10)), true);
    assert.equal(says(bad(4), bad(10)), false);
    assert.equal(says(bad(10), bad(4)), false);
    assert.equal(says(bad(10), good(10)), false);
    assert.equal(says(reading(10, null), bad(10)), true);
  });

  it("nothing new, and nothing is said", () => {
    const seen = both(bad(10), bad(10));
    const conclusions = chain("check_and_increment", request(), [seen, seen])[1]?.assessment.summary.conclusions;
    assert.deepEqual(conclusions, [
      "All success criteria were not met",
      "No change observed in this iteration. Traffic percentage is not altered",
    ]);
  });

  it("not deltas", () => assert.equal(says(good(10), bad(10), [criterion({ type: "delta" })]), false));

  it("all criteria: one without enough requests, and nothing is said", () => {
    assert.equal(says(bad(10), bad(10), [criterion(), criterion({ sampleSize: 11 })]), false);
  });
});
