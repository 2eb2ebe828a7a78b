import assert from "node:assert/strict";
import fc from "fast-check";
import type { SuccessCriterion } from "../../engine";
import { assessPoint } from "../../engine/analysis/point";
import { criterion, metric } from "./builders";

type Numbers = Parameters<typeof metric>[0];

function assess(changes: Partial<SuccessCriterion>, numbers: Numbers) {
  return assessPoint([criterion(changes)], [metric(numbers)], []);
}

describe("point analysis", () => {
  interface Case {
    readonly name: string;
    readonly criterion: Partial<SuccessCriterion>;
    readonly numbers: Numbers;
    readonly met: boolean;
    readonly failed?: boolean;
    readonly abort?: boolean;
  }
  const cases: readonly Case[] = [
    { name: "under the threshold", criterion: {}, numbers: { candidate: 199.999 }, met: true },
    { name: "at the threshold", criterion: {}, numbers: { candidate: 200 }, met: true },
    { name: "over the threshold by less than is compared", criterion: {}, numbers: { candidate: 200.0004 }, met: true },
    { name: "over the threshold", criterion: {}, numbers: { candidate: 200.001 }, met: false, failed: true },
    { name: "enough samples", criterion: {}, numbers: { candidateSamples: 10 }, met: true },
    { name: "a part of a request is none", criterion: {}, numbers: { candidateSamples: 9.99 }, met: false },
    {
      name: "too few samples, over the threshold",
      criterion: {},
      numbers: { candidate: 900, candidateSamples: 9 },
      met: false,
    },
    {
      name: "a threshold needs no baseline",
      criterion: {},
      numbers: { baseline: null, baselineSamples: 0 },
      met: true,
    },
    { name: "no value", criterion: {}, numbers: { candidate: null }, met: false },
    { name: "NaN", criterion: {}, numbers: { candidate: NaN }, met: false },
    { name: "minus infinity", criterion: {}, numbers: { candidate: -Infinity }, met: false },
    { name: "plus infinity", criterion: {}, numbers: { candidate: Infinity }, met: false },
    { name: "NaN samples", criterion: {}, numbers: { candidateSamples: NaN }, met: false },
    { name: "infinitely many samples", criterion: {}, numbers: { candidateSamples: Infinity }, met: false },
    {
      name: "fails and is to stop",
      criterion: { stopOnFailure: true },
      numbers: { candidate: 201 },
      met: false,
      failed: true,
      abort: true,
    },
    {
      name: "too few samples to stop",
      criterion: { stopOnFailure: true },
      numbers: { candidate: 201, candidateSamples: 9 },
      met: false,
    },
    { name: "no value to stop for", criterion: { stopOnFailure: true }, numbers: { candidate: null }, met: false },
    {
      name: "a counter over its threshold",
      criterion: {},
      numbers: { candidate: 201, isCounter: true },
      met: false,
      failed: true,
      abort: true,
    },
    { name: "a counter within its threshold", criterion: {}, numbers: { candidate: 200, isCounter: true }, met: true },
    {
      name: "a delta at its limit",
      criterion: { toleranceType: "delta", tolerance: 0.02 },
      numbers: { candidate: 102 },
      met: true,
    },
    {
      name: "a delta over its limit",
      criterion: { toleranceType: "delta", tolerance: 0.02 },
      numbers: { candidate: 102.01 },
      met: false,
      failed: true,
    },
    {
      name: "a delta with too few baseline samples",
      criterion: { toleranceType: "delta", tolerance: 0.02 },
      numbers: { baselineSamples: 9 },
      met: false,
    },
    {
      name: "a delta without a baseline value",
      criterion: { toleranceType: "delta", tolerance: 0.02 },
      numbers: { baseline: null },
      met: false,
    },
    {
      name: "a delta below the baseline",
      criterion: { toleranceType: "delta", tolerance: -0.1 },
      numbers: { candidate: 91 },
      met: false,
      failed: true,
    },
    {
      name: "a sample size of zero",
      criterion: { sampleSize: 0 },
      numbers: { candidate: 5, candidateSamples: 0 },
      met: true,
    },
  ];
  for (const { name, criterion: changes, numbers, met, failed = false, abort = false } of cases) {
    it(`${name}: ${met ? "met" : "not met"}${abort ? ", abort" : ""}`, () => {
      const assessment = assess(changes, numbers);
      assert.deepEqual(
        { met: assessment.allMet, failed: assessment.failed, abort: assessment.abort },
        { met, failed, abort },
      );
    });
  }

  it("takes the worst of several criteria", () => {
    const criteria = [criterion(), criterion({ metric: "errors", tolerance: 5, stopOnFailure: true })];
    const fine = assessPoint(criteria, [metric(), metric({ metric: "errors", candidate: 5 })], []);
    assert.deepEqual([fine.allMet, fine.abort, fine.failed], [true, false, false]);
    const bad = assessPoint(criteria, [metric(), metric({ metric: "errors", candidate: 6 })], []);
    assert.deepEqual([bad.allMet, bad.abort, bad.failed], [false, true, true]);
    assert.deepEqual(
      bad.criteria.map((c) => c.met),
      [true, false],
    );
  });

  it("is not satisfied by the absence of criteria", () => {
    assert.equal(assessPoint([], [], []).allMet, false);
  });

  it("refuses values of another metric", () => {
    assert.throws(
      () => assessPoint([criterion()], [metric({ metric: "errors" })], []),
      /no values for metric 'latency'/,
    );
    assert.throws(() => assessPoint([criterion()], [], []), /no values for metric 'latency'/);
  });

  describe("what is new", () => {
    const seen = (numbers: Numbers, before: Numbers) => {
      const [first] = assessPoint([criterion()], [metric(before)], []).criteria;
      assert.ok(first);
      return assessPoint([criterion()], [metric(numbers)], [first]).changed;
    };
    it("is everything the first time", () => assert.equal(assess({}, {}).changed, true));
    it("is nothing when nothing differs", () => assert.equal(seen({}, {}), false));
    it("is a difference that is compared", () => assert.equal(seen({ candidate: 100.001 }, {}), true));
    it("is not a difference too small to be compared", () => assert.equal(seen({ candidate: 100.0001 }, {}), false));
    it("is a further request on the candidate", () => assert.equal(seen({ candidateSamples: 101 }, {}), true));
    it("is a further request on the baseline", () => assert.equal(seen({ baselineSamples: 101 }, {}), true));
    it("is not a smaller count, as after a restart of Prometheus", () => {
      assert.equal(seen({ candidateSamples: 50 }, {}), false);
    });
    it("is a value where there was none", () => assert.equal(seen({}, { candidate: null }), true));
  });

  it("never counts what is not a finite number as met, failed, or reason to abort", () => {
    const notANumber = fc.constantFrom(null, NaN, Infinity, -Infinity);
    fc.assert(
      fc.property(notANumber, fc.boolean(), fc.boolean(), fc.nat(), (candidate, isCounter, stopOnFailure, samples) => {
        const assessment = assess({ stopOnFailure }, { candidate, isCounter, candidateSamples: samples });
        assert.deepEqual([assessment.allMet, assessment.failed, assessment.abort], [false, false, false]);
      }),
    );
  });

  it("keeps only numbers that survive JSON", () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (candidate, candidateSamples) => {
        const assessment = assess({}, { candidate, candidateSamples });
        assert.equal(JSON.stringify(JSON.parse(JSON.stringify(assessment))), JSON.stringify(assessment));
        const [first] = assessment.criteria;
        assert.ok(first);
        assert.ok(first.candidate.value === null || Number.isFinite(first.candidate.value));
        assert.ok(Number.isSafeInteger(first.candidate.sampleSize) || first.candidate.sampleSize > 2 ** 53);
      }),
    );
  });
});
