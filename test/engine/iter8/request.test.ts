import assert from "node:assert/strict";
import { AnalysisError, readRequest, type Algorithm } from "../../../engine/iter8";

const version = { start_time: "2020-05-22T10:00:00Z", tags: { w: "a" } };
const criterion = {
  metric_name: "m",
  is_counter: false,
  metric_query_template: "q",
  metric_sample_size_query_template: "s",
  type: "threshold",
  value: 0.2,
};

function body(control: object = {}, rest: object = {}): object {
  return {
    baseline: version,
    candidate: version,
    traffic_control: { success_criteria: [criterion], ...control },
    _last_state: {},
    ...rest,
  };
}

function refusal(sent: unknown, algorithm: Algorithm = "check_and_increment") {
  try {
    readRequest(algorithm, sent, Date.parse);
  } catch (error) {
    if (error instanceof AnalysisError) return error.body;
    throw error;
  }
  return undefined;
}

const errorsOf = (sent: unknown, algorithm?: Algorithm) => refusal(sent, algorithm)?.errors;

describe("a request to Iter8 v0.1", () => {
  it("gets Iter8's defaults", () => {
    const start = Date.parse(version.start_time);
    assert.deepEqual(readRequest("check_and_increment", body(), Date.parse), {
      criteria: [
        {
          metricName: "m",
          isCounter: false,
          absentValue: "0.0",
          valueTemplate: "q",
          sampleSizeTemplate: "s",
          type: "threshold",
          value: 0.2,
          sampleSize: 10,
          stopOnFailure: false,
          minMax: undefined,
        },
      ],
      traffic: { stepSize: 2, maxTrafficPercent: 50, confidence: 0.95 },
      times: { baseline: { start, end: undefined }, candidate: { start, end: undefined } },
      tags: { baseline: { w: "a" }, candidate: { w: "a" } },
      lastState: {},
    });
  });

  it("may have members that the schema does not name", () => {
    assert.equal(refusal(body({ surplus: 1 }, { name: "exp", surplus: null })), undefined);
  });

  it("must be an object", () => {
    assert.deepEqual(errorsOf([1, { a: true }]), { "": "[1, {'a': True}] is not of type 'object'" });
  });

  it("names every fault, with values as Python writes them", () => {
    const faulty = { ...criterion, type: 5, value: "a'b", sample_size: 1.5, stop_on_failure: null };
    const sent = body({ success_criteria: [criterion, faulty], step_size: 0.01, max_traffic_percent: -1 });
    assert.deepEqual(errorsOf(sent), {
      "traffic_control.success_criteria.1.type": "5 is not one of ['delta', 'threshold']",
      "traffic_control.success_criteria.1.value": `"a'b" is not of type 'number'`,
      "traffic_control.success_criteria.1.sample_size": "1.5 is not of type 'integer'",
      "traffic_control.success_criteria.1.stop_on_failure": "None is not of type 'boolean'",
      "traffic_control.step_size": "0.01 is less than the minimum of 0.1",
      "traffic_control.max_traffic_percent": "-1 is less than the minimum of 0.0",
    });
  });

  it("is checked for what its algorithm knows", () => {
    const control = { step_size: 0, success_criteria: [{ ...criterion, sample_size: "x", min_max: { min: 0 } }] };
    assert.deepEqual(errorsOf(body(control), "posterior_bayesian_routing"), {
      "traffic_control.success_criteria.0.min_max.max": "'max' is a required property",
    });
    assert.deepEqual(errorsOf(body(control), "epsilon_t_greedy"), {
      "traffic_control.success_criteria.0.sample_size": "'x' is not of type 'integer'",
    });
  });

  it("must have a state", () => {
    assert.deepEqual(errorsOf(body({}, { _last_state: null })), { _last_state: "None is not of type 'object'" });
  });

  it("must have times that are times", () => {
    const baseline = { ...version, end_time: "tomorrow" };
    assert.deepEqual(refusal(body({}, { baseline })), { message: "Unknown string format: tomorrow" });
  });
});
