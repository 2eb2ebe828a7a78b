import assert from "node:assert/strict";
import { assessmentReason, formatNumber, formatValue, type SuccessCriterion } from "../../engine";
import { assessPoint } from "../../engine/analysis/point";
import { criterion, metric } from "./builders";

type Numbers = Parameters<typeof metric>[0];
const DELTA: Partial<SuccessCriterion> = { toleranceType: "delta", tolerance: 0.02 };

describe("reasons", () => {
  const cases: readonly (readonly [Partial<SuccessCriterion>, Numbers, string])[] = [
    [{}, { candidate: 150 }, "latency of the candidate is 150 ms, within the limit of 200 ms (100 requests)."],
    [
      {},
      { candidate: 1250.5, candidateSamples: 1234 },
      "latency of the candidate is 1,250.5 ms, over the limit of 200 ms (1,234 requests).",
    ],
    [
      DELTA,
      { candidate: 110 },
      "latency of the candidate is 110 ms, over the limit of 102 ms, 2 % above the baseline's 100 ms (100 requests).",
    ],
    [
      { direction: "higher" },
      { candidate: 150 },
      "latency of the candidate is 150 ms, under the limit of 200 ms (100 requests).",
    ],
    [
      { ...DELTA, direction: "higher" },
      { candidate: 99 },
      "latency of the candidate is 99 ms, within the limit of 98 ms, 2 % below the baseline's 100 ms (100 requests).",
    ],
    [{}, { candidateSamples: 3 }, "latency: too few requests on the candidate to tell (3 of 10)."],
    [DELTA, { baselineSamples: 3 }, "latency: too few requests on the baseline to tell (3 of 10)."],
    [
      DELTA,
      { baseline: null },
      "latency of the candidate is 100 ms, but the baseline has no value to compare it with.",
    ],
    [{}, { candidate: null }, "latency: no value for the candidate."],
    [DELTA, { baseline: null, candidate: null }, "latency: no value for the candidate."],
  ];
  for (const [changes, numbers, sentence] of cases) {
    it(sentence, () => {
      assert.equal(assessmentReason(assessPoint([criterion(changes)], [metric(numbers)], [])), sentence);
    });
  }

  it("speaks of the criteria that are not met, or else of all", () => {
    const criteria = [criterion(), criterion({ metric: "errors", tolerance: 5 })];
    const reason = (errors: number) =>
      assessmentReason(assessPoint(criteria, [metric(), metric({ metric: "errors", candidate: errors })], []));
    assert.match(reason(6), /^errors of the candidate is 6 ms, over [^.]*\.$/);
    assert.match(reason(5), /^latency .*within.*\. errors .*within.*\.$/);
  });

  it("says that there is nothing to judge by", () => {
    assert.equal(assessmentReason(assessPoint([], [], [])), "There are no success criteria.");
  });

  it("writes numbers for people", () => {
    assert.equal(formatNumber(0.0521), "0.0521");
    assert.equal(formatNumber(12_345.6789), "12,345.679");
    assert.equal(formatValue(null, "ms"), "no value");
    assert.equal(formatValue(0.5, ""), "0.5");
  });
});
