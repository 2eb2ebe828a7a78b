import assert from "node:assert/strict";
import { startEvidence, type CriterionEvidence, type MeanDifferences } from "../../../engine/sequential/evidence";
import { isSuspicious, weigh } from "../../../engine/sequential/weigh";
import { FACTORS } from "../../../engine/statistics/alternatives";
import { criterion } from "../builders";

const delta = criterion({ metric: "errors", toleranceType: "delta", tolerance: 0.5, floor: 0.01 });
const zeros = FACTORS.map(() => 0);
const all = (value: number) => FACTORS.map(() => value);
const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`);

function ratio(harm: CriterionEvidence["harm"], safety: CriterionEvidence["safety"]): CriterionEvidence {
  return { ...startEvidence(delta, "ratio", undefined), harm, safety };
}
function mean(differences: MeanDifferences): CriterionEvidence {
  return { ...startEvidence(delta, "mean", undefined), mean: differences };
}

describe("the strength of evidence", () => {
  it("is none at first", () => {
    const { harm, safety } = weigh(startEvidence(delta, "ratio", undefined));
    close(harm, 0);
    close(safety, 0);
  });
  it("harm with a floor is the lesser of the two, safety their mean", () => {
    const both = { againstBaseline: all(3), againstLimit: all(1) };
    const { harm, safety } = weigh(ratio(both, both));
    close(harm, 1);
    close(safety, Math.log((Math.exp(3) + Math.exp(1)) / 2));
  });
  it("one comparison alone counts as it is", () => {
    close(weigh(ratio({ againstLimit: all(2) }, { againstLimit: zeros })).harm, 2);
    close(weigh(ratio({ againstBaseline: all(2) }, { againstBaseline: zeros })).harm, 2);
  });
  it("of a mean counts for the side that its differences lie on", () => {
    const slower = weigh(mean({ count: 5, sum: 5, squares: 5.5, calibration: 0 }));
    assert.ok(slower.harm > 0 && slower.safety === 0);
    const faster = weigh(mean({ count: 5, sum: -5, squares: 5.5, calibration: 0 }));
    assert.ok(faster.safety > 0 && faster.harm === 0);
  });
});

describe("suspicion", () => {
  const suspicious = (evidence: CriterionEvidence) => isSuspicious(evidence, weigh(evidence));
  it("begins at an e-value of three", () => {
    const lean = (log: number) => ratio({ againstLimit: all(log) }, { againstLimit: zeros });
    assert.equal(suspicious(lean(Math.log(2.9))), false);
    assert.equal(suspicious(lean(Math.log(3.1))), true);
  });
  it("is sooner with a mean that leans towards harm", () => {
    // Two batches, one standard deviation beyond the tolerance each; the past counts for four.
    assert.equal(suspicious(mean({ count: 2, sum: 2, squares: 6, calibration: 4 })), true);
    assert.equal(suspicious(mean({ count: 2, sum: 1, squares: 4.5, calibration: 4 })), false);
    assert.equal(suspicious(mean({ count: 2, sum: -2, squares: 6, calibration: 4 })), false);
  });
});
