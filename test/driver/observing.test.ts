import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import {
  API_VERSION,
  KIND,
  type ExperimentResource,
  type ExperimentSpec,
} from "../../adapters/kubernetes/experiment/resource";
import { CONFIG_MAPS } from "../../adapters/kubernetes/paths";
import type { AnalyticsRequest } from "../../adapters/analytics";
import { METRICS_CONFIG_MAP, PrometheusClient } from "../../adapters/prometheus";
import { askAlone, definitionsFor, experimentMetrics, judge } from "../../driver/metrics";
import { startStub, type Stub } from "../adapters/analytics/stub";
import { send, vector } from "../adapters/prometheus/stub";
import { FakeKubernetes } from "../support/fakeKubernetes";
import { NAMESPACE } from "../support/objects";

const NOW = Date.parse("2030-01-01T00:10:00Z");
const STARTED_AT = NOW - 60_000;
const ANSWER = {
  assessment: { summary: { all_success_criteria_met: true, abort_experiment: false } },
  candidate: { traffic_percentage: 30 },
};
const JUDGED = { kind: "judged", allMet: true, abort: false, candidateWeight: 30, conclusions: [] };

const CONFIG = {
  query_templates: "mine: sum(mine) by ($entity_labels)\nsize: sum(size) by ($entity_labels)",
  metrics: "- {name: mine, is_counter: True, absent_value: '7', sample_size_query_template: size}",
};

describe("observing an experiment", () => {
  let service: Stub;
  let prometheus: Stub;
  let api: FakeKubernetes;
  let answer: object;

  beforeEach(async () => {
    answer = ANSWER;
    service = await startStub((r: ServerResponse) => send(r, answer));
    prometheus = await startStub((r: ServerResponse) => send(r, vector()));
    api = new FakeKubernetes(() => NOW);
    api.put(CONFIG_MAPS, { metadata: { name: METRICS_CONFIG_MAP, namespace: NAMESPACE }, data: CONFIG });
  });
  afterEach(async () => {
    await service.close();
    await prometheus.close();
  });

  function experiment(analysis: ExperimentSpec["analysis"], changes: Partial<ExperimentResource> = {}) {
    const successCriteria = [{ metricName: "mine", toleranceType: "threshold" as const, tolerance: 2 }];
    return {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: { name: "try", namespace: NAMESPACE },
      spec: {
        targetService: { name: "s", baseline: "v1", candidate: "v2" },
        analysis: { successCriteria, ...analysis },
      },
      ...changes,
    } as ExperimentResource;
  }

  const observe = (of: ExperimentResource, platformNamespace?: string) => {
    const source = askAlone(new PrometheusClient({ baseURL: prometheus.url, retries: 0 }));
    return experimentMetrics(api.client(), () => source, platformNamespace).observe(of, STARTED_AT, NOW);
  };
  const sent = () => JSON.parse(service.asked[0]?.body ?? "") as AnalyticsRequest;

  it("asks the analytics service that the experiment names, and nobody else", async () => {
    assert.deepEqual(await observe(experiment({ analyticsService: service.url })), JUDGED);
    assert.equal(prometheus.asked.length, 0);
    const [asked] = service.asked;
    assert.equal(asked?.path, "/api/v1/experiment/check_and_increment");
    assert.deepEqual([sent().name, sent()._last_state], ["try", {}]);
    assert.deepEqual(sent().candidate, {
      start_time: "2030-01-01T00:09:00Z",
      end_time: "2030-01-01T00:10:00Z",
      tags: { destination_service_namespace: NAMESPACE, destination_workload: "v2" },
    });
    assert.deepEqual(sent().traffic_control.success_criteria, [
      {
        metric_name: "mine",
        is_counter: true,
        absent_value: "7",
        metric_query_template: "sum(mine) by ($entity_labels)",
        metric_sample_size_query_template: "sum(size) by ($entity_labels)",
        type: "threshold",
        value: 2,
        stop_on_failure: false,
        sample_size: 10,
      },
    ]);
  });

  it("sends what the record keeps for the service, and the reward", async () => {
    const iter8 = { candidate: { traffic_percentage: 20 }, own: null };
    const serin = { stage: "iterating" as const, createdAt: new Date(0).toISOString(), reason: "" };
    const reward = { metricName: "iter8_latency", min_max: { min: 0, max: 9 } };
    await observe(
      experiment({ analyticsService: service.url, reward }, { status: { serin, analysisState: { iter8 } } }),
    );
    const { reward: rewarded, success_criteria: criteria } = sent().traffic_control;
    assert.deepEqual(sent()._last_state, iter8);
    assert.deepEqual([rewarded?.metric_name, rewarded?.min_max], ["iter8_latency", { min: 0, max: 9 }]);
    assert.deepEqual(
      criteria.map(({ metric_name }) => metric_name),
      ["mine"],
    );
  });

  it("has all criteria judged, where the reward is no criterion, and no other", async () => {
    const reward = { metricName: "iter8_latency" };
    const told = { success_criterion_met: true, abort_experiment: false };
    answer = {
      ...ANSWER,
      assessment: { ...ANSWER.assessment, success_criteria: [{ metric_name: "mine", conclusions: [], ...told }] },
    };
    const seen = await observe(experiment({ analyticsService: service.url, reward }));
    assert.equal(seen.kind === "judged" && seen.criteria?.length, 1);
  });

  it("finds the platform's definitions where they are", async () => {
    const definition = { ...CONFIG, metrics: CONFIG.metrics.replace("'7'", "'8'") };
    api = new FakeKubernetes(() => NOW);
    api.put(CONFIG_MAPS, { metadata: { name: METRICS_CONFIG_MAP, namespace: "platform" }, data: definition });
    await observe(experiment({ analyticsService: service.url }), "platform");
    assert.equal(sent().traffic_control.success_criteria[0]?.absent_value, "8");
  });

  it("asks Prometheus for an experiment that names none", async () => {
    const seen = await observe(experiment({}));
    assert.equal(seen.kind, "values");
    assert.deepEqual([service.asked.length, prometheus.asked.length > 0], [0, true]);
  });

  it("asks nobody while a metric's definition is missing", async () => {
    const successCriteria = [{ metricName: "gone", toleranceType: "threshold" as const, tolerance: 2 }];
    for (const analyticsService of [service.url, undefined]) {
      const seen = await observe(experiment({ analyticsService, successCriteria }));
      assert.ok(seen.kind === "unavailable" && seen.fault === "malformed");
      assert.match(seen.detail, /no metric 'gone'/);
    }
    assert.deepEqual([service.asked.length, prometheus.asked.length], [0, 0]);
  });

  it("has the definitions of the criteria, in their order", async () => {
    const successCriteria = ["iter8_latency", "mine"].map((metricName) => {
      return { metricName, toleranceType: "threshold" as const, tolerance: 2 };
    });
    const definitions = await definitionsFor(api.client(), experiment({ successCriteria }));
    assert.deepEqual(
      definitions.map(({ name }) => name),
      ["iter8_latency", "mine"],
    );
  });

  it("judges nothing for an experiment that names no service", async () => {
    await assert.rejects(judge(api.client(), experiment({}), STARTED_AT, NOW), /TypeError: experiment try names no/);
  });
});
