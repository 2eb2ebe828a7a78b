import assert from "node:assert/strict";
import { sequentialReason } from "../../../engine/sequential/reason";
import { criterion } from "../builders";

const base = {
  criterion: criterion({ metric: "errors", toleranceType: "delta", tolerance: 0.75, floor: 0.003 }),
  unit: "",
  baseline: { value: 0.004, sampleSize: 9000 },
  candidate: { value: 0.0123, sampleSize: 1234 },
  limit: 0.007,
  enoughSamples: true,
  met: false,
  abort: false,
};
const evidence = { harm: 1, harmNeeded: 25, safety: 1, safetyNeeded: 20 };

describe("the reason of a sequential assessment", () => {
  it("names observed value, limit, evidence and requests of harm", () => {
    assert.equal(
      sequentialReason({ ...base, abort: true }, { ...evidence, harm: 31.26 }),
      "errors of the candidate is 0.0123, over the limit of 0.007, 75 % above the baseline's 0.004: evidence of harm 31, 25 needed, 1,234 requests.",
    );
  });
  it("does not tell overwhelming evidence exactly", () => {
    assert.match(sequentialReason({ ...base, abort: true }, { ...evidence, harm: 1e6 }), /harm over 2,500, 25 needed/);
  });
  it("says that a criterion is met", () => {
    assert.equal(
      sequentialReason({ ...base, limit: 0.003, met: true }, { ...evidence, safety: 20 }),
      "errors of the candidate is 0.0123, within the limit of 0.003: evidence 20, 20 needed, 1,234 requests.",
    );
  });
  it("says how many requests would have been needed", () => {
    // The evidence grew to 4.47 = sqrt(20) in 1,234 requests: as many again.
    assert.equal(
      sequentialReason(base, { ...evidence, safety: Math.sqrt(20) }),
      "errors of the candidate is 0.0123, not yet shown to be within the limit of 0.007, 75 % above the baseline's 0.004: evidence 4.5, 20 needed, 1,234 requests; about 1,200 more would do.",
    );
    assert.match(sequentialReason(base, evidence), /1,234 requests\.$/);
  });
  it("says that nothing was counted", () => {
    const candidate = { value: null, sampleSize: 0 };
    assert.equal(
      sequentialReason({ ...base, candidate }, evidence),
      "errors: no request of the candidate has been counted yet.",
    );
  });
  it("knows higher from lower", () => {
    const higher = {
      ...base,
      criterion: criterion({ metric: "success", tolerance: 0.99, direction: "higher" }),
      limit: 0.99,
      abort: true,
    };
    assert.match(
      sequentialReason(higher, evidence),
      /^success of the candidate is 0.0123, under the limit of 0.99: evidence of harm/,
    );
  });
});
