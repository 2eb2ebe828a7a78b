import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ALGORITHMS,
  analyze,
  epsilonGreedyWeight,
  readMetric,
  type AnalysisRequest,
  type Criterion,
  type Observations,
  type Reading,
} from "../../../engine/iter8";
import { NOW } from "./builders";
import { seededRandom } from "./seededRandom";

const RUNS = { numRuns: 60 };
const BOUNDS = { min: 0, max: 100 };

const valueArb = fc.option(fc.double({ ...BOUNDS, noNaN: true }), { freq: 4 });
const readingArb: fc.Arbitrary<Reading> = fc.record({
  sampleSize: fc.double({ min: 0, max: 1000, noNaN: true }),
  value: valueArb,
});

const criterionArb: fc.Arbitrary<Criterion> = fc
  .record({
    isCounter: fc.boolean(),
    type: fc.constantFrom("threshold", "delta"),
    value: fc.double({ ...BOUNDS, noNaN: true }),
    sampleSize: fc.integer({ min: 0, max: 20 }),
    stopOnFailure: fc.boolean(),
    minMax: fc.constantFrom(undefined, BOUNDS),
  })
  .map((some) => ({ ...some, metricName: "m", type: some.isCounter ? "threshold" : some.type }));

const trafficArb = fc.record({
  stepSize: fc.double({ min: 0.1, max: 100, noNaN: true }),
  maxTrafficPercent: fc.double({ min: 0, max: 100, noNaN: true }),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** Criteria with what is seen in three calls. */
const experimentArb = fc.array(criterionArb, { minLength: 1, maxLength: 3 }).chain((drawn) => {
  const criteria = drawn.map((criterion, i) => ({ ...criterion, metricName: `m${i}` }));
  const readings = fc.array(readingArb, { minLength: criteria.length, maxLength: criteria.length });
  const observed = fc.record({ baseline: readings, candidate: readings });
  return fc.tuple(fc.constant(criteria), trafficArb, fc.array(observed, { minLength: 1, maxLength: 3 }));
});

function run(
  algorithm: (typeof ALGORITHMS)[number],
  criteria: readonly Criterion[],
  traffic: AnalysisRequest["traffic"],
  observed: readonly Observations[],
) {
  let lastState: unknown = {};
  return observed.map((seen) => {
    const times = { baseline: { start: 0 }, candidate: { start: 0 } };
    const answer = analyze(algorithm, { criteria, traffic, times, lastState }, seen, NOW, seededRandom(5));
    // Whatever an answer holds survives JSON: there is no NaN and nothing infinite in it.
    const read = JSON.parse(JSON.stringify(answer)) as typeof answer;
    assert.deepEqual(read, answer);
    lastState = read._last_state;
    return answer;
  });
}

describe("answers of Iter8 v0.1, whatever was seen", () => {
  for (const algorithm of ALGORITHMS) {
    it(`${algorithm}: shares are of 100 percent, the candidate's at most the maximum`, () => {
      fc.assert(
        fc.property(experimentArb, ([criteria, traffic, observed]) => {
          for (const { baseline, candidate } of run(algorithm, criteria, traffic, observed)) {
            const [rest, percent] = [baseline.traffic_percentage, candidate.traffic_percentage];
            assert.ok(percent >= 0 && percent <= traffic.maxTrafficPercent, `${percent}`);
            assert.equal(rest, 100 - percent);
          }
        }),
        RUNS,
      );
    });

    it(`${algorithm}: an abort is never a success`, () => {
      fc.assert(
        fc.property(experimentArb, ([criteria, traffic, observed]) => {
          for (const { assessment } of run(algorithm, criteria, traffic, observed)) {
            assert.ok(!(assessment.summary.abort_experiment && assessment.summary.all_success_criteria_met));
          }
        }),
        { numRuns: 20 },
      );
    });
  }

  it("check_and_increment never falls while the maximum stands", () => {
    fc.assert(
      fc.property(experimentArb, ([criteria, traffic, observed]) => {
        let before = 0;
        for (const { candidate } of run("check_and_increment", criteria, traffic, observed)) {
          assert.ok(candidate.traffic_percentage >= before);
          before = candidate.traffic_percentage;
        }
      }),
      RUNS,
    );
  });
});

describe("numbers", () => {
  it("epsilon-greedy weights are whole, and both favourites' complement each other but for truncation", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (n) => {
        const [up, down] = [epsilonGreedyWeight(n, 100), epsilonGreedyWeight(n, 100, "baseline")];
        assert.ok(Number.isInteger(up) && Number.isInteger(down));
        assert.ok(up + down >= 98 && up + down <= 100, `${up} + ${down}`);
        assert.ok(up >= 50 && down <= 50);
      }),
    );
  });

  it("a value is at most half a thousandth away from what Prometheus said", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        const rows = [{ labels: { a: "b" }, value }];
        const read = readMetric({ value: rows, sampleSize: rows }, { a: "b" });
        assert.ok(read.value !== null && Math.abs(read.value - value) <= 0.0005000001);
      }),
    );
  });
});
