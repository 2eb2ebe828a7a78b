import assert from "node:assert/strict";
import { algorithmOf, analyticsRequest, type AnalyticsQuestion } from "../../../adapters/analytics";
import type { Strategy } from "../../../engine";
import { readRequest } from "../../../engine/iter8";
import { ERRORS, LATENCY, question } from "./questions";

function asked(strategy: Strategy, changes: Partial<AnalyticsQuestion> = {}) {
  const base = question(changes);
  return analyticsRequest({ ...base, plan: { ...base.plan, traffic: { ...base.plan.traffic, strategy } } });
}

const TIMES = { start_time: "2020-01-03T10:00:00Z", end_time: "2020-01-03T10:01:30Z" };
const SELECTOR = "destination_service_namespace='shop',destination_workload=~'reviews-v1|reviews-v2'";
const LATENCY_SENT = {
  metric_name: "latency",
  is_counter: false,
  absent_value: "None",
  metric_query_template: `sum(increase(t{${SELECTOR}}[$interval]$offset_str)) by ($entity_labels)`,
  metric_sample_size_query_template: "sum(increase(n[$interval]$offset_str)) by ($entity_labels)",
};
const ERRORS_SENT = {
  metric_name: "errors",
  is_counter: true,
  absent_value: "0",
  metric_query_template: "sum(increase(e[$interval]$offset_str)) by ($entity_labels)",
  metric_sample_size_query_template: "sum(increase(n[$interval]$offset_str)) by ($entity_labels)",
};
const COMMON = {
  name: "reviews-try",
  baseline: { ...TIMES, tags: { destination_service_namespace: "shop", destination_workload: "reviews-v1" } },
  candidate: { ...TIMES, tags: { destination_service_namespace: "shop", destination_workload: "reviews-v2" } },
};
const CRITERIA = [
  { ...LATENCY_SENT, type: "delta", value: 0.02, stop_on_failure: false, sample_size: 5 },
  { ...ERRORS_SENT, type: "threshold", value: 3, stop_on_failure: true, sample_size: 10 },
];

describe("the request to an analytics service", () => {
  it("of check_and_increment", () => {
    assert.deepEqual(asked("check_and_increment"), {
      ...COMMON,
      traffic_control: { max_traffic_percent: 50, success_criteria: CRITERIA, step_size: 20 },
      _last_state: {},
    });
  });

  it("of epsilon_greedy, later on", () => {
    const lastState = { candidate: { traffic_percentage: 75, x: null }, effective_iteration_count: 2 };
    assert.deepEqual(asked("epsilon_greedy", { lastState }), {
      ...COMMON,
      traffic_control: { max_traffic_percent: 50, success_criteria: CRITERIA },
      _last_state: lastState,
    });
  });

  it("of a Bayesian strategy: ranges and confidence, no sample sizes", () => {
    const base = question();
    const [first, ...rest] = base.plan.criteria;
    const criteria = [{ ...(first as (typeof rest)[0]), range: { min: 0, max: 500 } }, ...rest];
    const request = asked("posterior_bayesian_routing", { plan: { ...base.plan, criteria } });
    assert.deepEqual(request.traffic_control, {
      max_traffic_percent: 50,
      success_criteria: [
        { ...LATENCY_SENT, type: "delta", value: 0.02, stop_on_failure: false, min_max: { min: 0, max: 500 } },
        { ...ERRORS_SENT, type: "threshold", value: 3, stop_on_failure: true },
      ],
      confidence: 0.95,
    });
  });

  it("has the reward if there is one", () => {
    const ranged = asked("check_and_increment", { reward: { definition: ERRORS, range: { min: 0, max: 1 } } });
    assert.deepEqual(ranged.traffic_control.reward, { ...ERRORS_SENT, min_max: { min: 0, max: 1 } });
    const plain = asked("check_and_increment", { reward: { definition: LATENCY } });
    assert.deepEqual(plain.traffic_control.reward, LATENCY_SENT);
  });

  const algorithms = [
    ["check_and_increment", "check_and_increment"],
    ["epsilon_greedy", "epsilon_t_greedy"],
    ["posterior_bayesian_routing", "posterior_bayesian_routing"],
    ["optimistic_bayesian_routing", "optimistic_bayesian_routing"],
  ] as const;
  for (const [strategy, algorithm] of algorithms) {
    it(`of ${strategy} goes to ${algorithm}, and is what Iter8 takes`, () => {
      assert.equal(algorithmOf(strategy), algorithm);
      const reward = { definition: LATENCY, range: { min: 0, max: 1 } };
      const body: unknown = JSON.parse(JSON.stringify(asked(strategy, { reward })));
      const read = readRequest(algorithm, body, Date.parse);
      assert.deepEqual(read.times.candidate, {
        start: Date.parse(TIMES.start_time),
        end: Date.parse(TIMES.end_time),
      });
      assert.deepEqual(
        read.criteria.map(({ metricName, absentValue }) => [metricName, absentValue]),
        [
          ["latency", "None"],
          ["errors", "0"],
        ],
      );
    });
  }

  for (const strategy of ["guarded", "increment_without_check"] as const) {
    it(`is not there for ${strategy}`, () => {
      assert.throws(() => algorithmOf(strategy), new RegExp(`TypeError: .*'${strategy}'`));
    });
  }
});
