import assert from "node:assert/strict";
import { AnalysisError, analyze, type Criterion, type Reading } from "../../../engine/iter8";
import { judgeCandidate } from "../../../engine/iter8/criteria";
import { confidenceConclusion } from "../../../engine/iter8/summary";
import { both, criterion, NOW, reading, request } from "./builders";
import { noRandom } from "./seededRandom";

function judge(some: Partial<Criterion>, baseline: Reading, candidate: Reading) {
  const [verdict] = judgeCandidate([criterion(some)], both(baseline, candidate));
  assert.ok(verdict);
  const { met, abort, conclusions } = verdict;
  return { met, abort, conclusions };
}

const INSUFFICIENT = { met: false, abort: false, conclusions: ["Insufficient sample size. "] };
const none = reading(0, null);

describe("a criterion of Iter8 v0.1", () => {
  it("is met at its limit", () => {
    const conclusions = ["m of the candidate is within threshold 0.2 . "];
    assert.deepEqual(judge({}, none, reading(5, 0.2)), { met: true, abort: false, conclusions });
  });

  it("is not met above it", () => {
    const conclusions = ["m of the candidate is not within threshold 0.2 . "];
    assert.deepEqual(judge({}, none, reading(5, 0.201)), { met: false, abort: false, conclusions });
    assert.equal(judge({ stopOnFailure: true }, none, reading(5, 0.201)).abort, true);
  });

  it("shows its limit as Python writes it", () => {
    const shown = [18, 0.0001, 0.00005, 0, 200000].map((value) => judge({ value }, none, reading(5, 0)).conclusions[0]);
    assert.deepEqual(
      shown,
      ["18", "0.0001", "5e-05", "0", "200000"].map((text) => `m of the candidate is within threshold ${text} . `),
    );
  });

  it("is not judged on too few requests, which are not rounded", () => {
    assert.deepEqual(judge({ stopOnFailure: true }, none, reading(4.999, 5)), INSUFFICIENT);
  });

  it("as a delta takes enough requests of both versions", () => {
    const delta = { type: "delta", value: 0.5 } as const;
    assert.deepEqual(judge(delta, reading(4, 1), reading(9, 1)), INSUFFICIENT);
    assert.deepEqual(judge(delta, reading(9, 1), reading(4, 1)), INSUFFICIENT);
    const conclusions = ["m of the candidate is within delta 0.5 of the baseline. "];
    assert.deepEqual(judge(delta, reading(5, 2), reading(5, 3)), { met: true, abort: false, conclusions });
  });

  it("fails without a value", () => {
    assert.deepEqual(judge({}, none, reading(5, null)).met, false);
    assert.deepEqual(judge({ type: "delta", stopOnFailure: true }, reading(5, null), reading(5, 0)), {
      met: false,
      abort: true,
      conclusions: ["m of the candidate is not within delta 0.2 of the baseline. "],
    });
  });

  it("on a counter aborts", () => {
    assert.deepEqual(judge({ isCounter: true, value: 18 }, none, reading(5, 19)), {
      met: false,
      abort: true,
      conclusions: [
        "m of the candidate is not within threshold 18 . ",
        "Counter Metric exceeded threshold value. Aborting experiment.",
      ],
    });
    assert.equal(judge({ isCounter: true, value: 18 }, none, reading(5, 18)).abort, false);
    assert.deepEqual(judge({ isCounter: true, value: 18 }, none, reading(4, 19)), INSUFFICIENT);
  });

  it("cannot be a delta on a counter", () => {
    assert.throws(() => judge({ isCounter: true, type: "delta" }, none, none), {
      name: "AnalysisError",
      message: "Delta criterion cannot be used with counter metric.",
    });
  });
});

describe("the age of the data", () => {
  const says = (baselineAge: number, candidateAge: number, lastState: unknown = {}) => {
    const times = {
      baseline: { start: 0, end: NOW - baselineAge },
      candidate: { start: 0, end: NOW - candidateAge },
    };
    const seen = both(reading(9, 0), reading(9, 0));
    return analyze("check_and_increment", request({ times, lastState }), seen, NOW, noRandom).assessment.summary
      .conclusions;
  };
  const OLD = "The experiment end time is more than 30 mins ago";

  it("is told from half an hour on for the baseline, and three hours for the candidate", () => {
    assert.deepEqual(says(1_800_000, 0), [OLD, "Experiment started"]);
    assert.deepEqual(says(1_799_999, 10_799_999), ["Experiment started"]);
    assert.deepEqual(says(0, 10_800_000), [OLD, "Experiment started"]);
  });
});

describe("the confidence that was asked for", () => {
  it("is reached by just as much", () => {
    assert.equal(confidenceConclusion(95, 0.95), "Required confidence of 0.95 was reached");
    assert.equal(confidenceConclusion(94.9, 0.95), "Required confidence of 0.95 was not reached");
  });
});

describe("readings that lack a criterion", () => {
  it("are a fault of the caller", () => {
    const seen = { baseline: [], candidate: [] };
    const call = () => analyze("check_and_increment", request(), seen, NOW, noRandom);
    assert.throws(call, (error) => !(error instanceof AnalysisError));
  });
});
