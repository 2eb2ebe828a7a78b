import { match, rejects, strictEqual } from "node:assert/strict";
import { KubernetesError } from "../../adapters/kubernetes/errors";
import { propagationOf } from "../../adapters/kubernetes/experiment/read";
import type { ExperimentResource, ExperimentSpec } from "../../adapters/kubernetes/experiment/resource";
import { findMetrics } from "../../adapters/prometheus";
import { metricsRefusalOf, refusalOf } from "../../controller/refusal";
import type { Reason } from "../../engine";

type Part = Partial<Omit<ExperimentSpec, "targetService">> & {
  targetService?: Partial<ExperimentSpec["targetService"]>;
};

function experiment({ targetService, ...others }: Part): ExperimentResource {
  const target = { name: "cart", baseline: "cart-v1", candidate: "cart-v2", ...targetService };
  return {
    apiVersion: "iter8.tools/v1alpha1",
    kind: "Experiment",
    metadata: { name: "try", namespace: "shop" },
    spec: { targetService: target, ...others },
  };
}

function criterion(metricName: string, tolerance = 0.2) {
  return { metricName, toleranceType: "threshold" as const, tolerance };
}

const counting = { trafficControl: { strategy: "guarded" } };

describe("what makes no sense", () => {
  const cases: readonly (readonly [part: Part, reason: Reason, field: string, value: string])[] = [
    [{ targetService: { apiVersion: "v2" } }, "UnsupportedAPIVersion", "spec.targetService.apiVersion", "v2"],
    [{ targetService: { candidate: "cart-v1" } }, "TargetsNotFound", "spec.targetService.candidate", "cart-v1"],
    [{ targetService: { namespace: "other" } }, "TargetsNotFound", "spec.targetService.namespace", "other"],
    [
      { routingReference: { name: "g", namespace: "other" } },
      "TargetsNotFound",
      "spec.routingReference.namespace",
      "other",
    ],
    [{ routingReference: { kind: "Gateway", name: "g" } }, "TargetsNotFound", "spec.routingReference.kind", "Gateway"],
    [
      { trafficControl: { strategy: "yolo" }, analysis: { successCriteria: [criterion("iter8_latency")] } },
      "TargetsNotFound",
      "spec.trafficControl.strategy",
      "yolo",
    ],
    [{ trafficControl: { interval: "30" } }, "TargetsNotFound", "spec.trafficControl.interval", "30"],
    [{ trafficControl: { interval: "0s" } }, "TargetsNotFound", "spec.trafficControl.interval", "0s"],
    [{ serin: { maxStall: "soon" } }, "TargetsNotFound", "spec.serin.maxStall", "soon"],
    [{ serin: { readyTimeout: "-1s" } }, "TargetsNotFound", "spec.serin.readyTimeout", "-1s"],
    [
      {
        trafficControl: { strategy: "epsilon_greedy" },
        analysis: { successCriteria: [criterion("iter8_latency")] },
        serin: { analysis: { mode: "sequential" } },
      },
      "TargetsNotFound",
      "spec.serin.analysis.mode",
      "sequential",
    ],
    [
      { analysis: { analyticsService: "ftp://judge", successCriteria: [criterion("iter8_latency")] } },
      "TargetsNotFound",
      "spec.analysis.analyticsService",
      "ftp://judge",
    ],
  ];
  for (const [part, reason, field, value] of cases) {
    it(`is refused by field and value: ${field} (${value})`, () => {
      const refusal = refusalOf(experiment(part));
      strictEqual(refusal?.reason, reason);
      strictEqual(refusal.message.includes(`'${field}' (${value}`), true, refusal.message);
      match(refusal.message, /must be/);
    });
  }

  it("is nothing else", () => {
    for (const part of [{}, { routingReference: { name: "mine" } }, { analysis: { successCriteria: [] } }]) {
      strictEqual(refusalOf(experiment(part)), undefined);
    }
  });

  it("is said of durations that are read only later, before anything has begun", () => {
    for (const field of ["gracePeriod", "propagation", "maxSampleAge"] as const) {
      const refusal = refusalOf(experiment({ serin: { [field]: "soon" } }));
      match(refusal?.message ?? "none", new RegExp(`'spec.serin.${field}' \\(soon\\)`));
    }
  });
});

describe("the time that subsets are there before the route names them", () => {
  it("is a second unless something else is asked for", () => {
    strictEqual(propagationOf(experiment({})), 1_000);
    strictEqual(propagationOf(experiment({ serin: { propagation: "1m30s" } })), 90_000);
    strictEqual(propagationOf(experiment({ serin: { propagation: "0s" } })), 0);
  });

  it("is refused beyond five minutes", () => {
    strictEqual(
      refusalOf(experiment({ serin: { propagation: "6m" } }))?.message,
      `'spec.serin.propagation' (6m) must be a duration from 0s to 5m with its unit, such as "1s"`,
    );
    strictEqual(refusalOf(experiment({ serin: { propagation: "5m" } })), undefined);
  });
});

describe("metrics that cannot be read", () => {
  const with_ = (name: string, part: Part = {}) =>
    experiment({ ...part, analysis: { successCriteria: [criterion(name)] } });
  const find = async (one: ExperimentResource) =>
    findMetrics(
      (one.spec.analysis?.successCriteria ?? []).map(({ metricName }) => metricName),
      undefined,
    );

  it("are named, with those that there are", async () => {
    const refusal = await metricsRefusalOf(with_("iter8_speed"), find);
    strictEqual(refusal?.reason, "SyncMetricsError");
    match(
      refusal.message,
      /^Fail to read metrics: MetricsConfigMapNotFound: there is no metric 'iter8_speed'; there are: iter8_latency,/,
    );
  });

  it("are no matter where there are some that can", async () => {
    strictEqual(await metricsRefusalOf(with_("iter8_latency"), find), undefined);
    strictEqual(await metricsRefusalOf(experiment({}), find), undefined);
  });

  it("are those that cannot be counted, where the analysis counts", async () => {
    const analysis = { successCriteria: [criterion("iter8_error_rate", 2)] };
    const refusal = await metricsRefusalOf(experiment({ ...counting, analysis }), find);
    strictEqual(refusal?.reason, "SyncMetricsError");
    match(refusal.message, /'iter8_error_rate' is a ratio: its threshold must be .*, not 2/);
    strictEqual(await metricsRefusalOf(experiment({ analysis }), find), undefined);
    strictEqual(await metricsRefusalOf(with_("iter8_error_rate", counting), find), undefined);
  });

  it("are not those that the API server has just not told of", async () => {
    const down = () => Promise.reject(new KubernetesError(503, "down"));
    await rejects(metricsRefusalOf(with_("iter8_latency"), down), /down/);
  });
});
