import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { DESTINATION_RULES, VIRTUAL_SERVICES } from "../../adapters/istio/rules";
import {
  CONFIG_MAPS,
  CUSTOM_RESOURCE_DEFINITIONS,
  DEPLOYMENTS,
  NAMESPACES,
  SERVICES,
} from "../../adapters/kubernetes/paths";
import { METRICS_CONFIG_MAP } from "../../adapters/prometheus/metricsConfig";
import { parseInputs } from "../../provider/validation";
import { verify } from "../../provider/verify";
import { deployment, NAMESPACE, service, SERVICE, versionLabels } from "../support/objects";
import { settings, Stage } from "./stage";

const owned = settings("reviews:v2");
const given = { ...owned, workload: undefined, baseline: "one", candidate: "two" };

function rule(name: string, hosts: string[], http: object[]) {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name, namespace: NAMESPACE },
    spec: { hosts, http },
  };
}

describe("verify", () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
    stage.api.put(SERVICES, service());
    stage.api.put(DEPLOYMENTS, deployment("one", versionLabels("v1")));
    stage.api.put(DEPLOYMENTS, deployment("two", versionLabels("v2")));
  });
  afterEach(() => stage.close());

  const found = (properties: object) => verify(stage.api.client(), parseInputs(properties));

  it("finds nothing wrong with what can be released", async () => {
    deepStrictEqual(await found(given), []);
    deepStrictEqual(await found({ ...owned, baseline: "one" }), []);
  });

  it("takes a Service that is still to be made, and a candidate that is still to come", async () => {
    stage.api.drop(DEPLOYMENTS, NAMESPACE, "two");
    deepStrictEqual(await found(given), []);
    stage.api.drop(SERVICES, NAMESPACE, SERVICE);
    stage.api.drop(DEPLOYMENTS, NAMESPACE, "one");
    deepStrictEqual(await found(owned), []);
  });

  const refusals: Record<
    string,
    [spoil: (stage: Stage) => void, properties: object, property: string, reason: string]
  > = {
    "a namespace that does not exist": [
      (s) => s.api.drop(NAMESPACES, undefined, NAMESPACE),
      given,
      "namespace",
      "'namespace' (default) does not exist",
    ],
    "a cluster without Istio": [
      (s) => s.api.drop(CUSTOM_RESOURCE_DEFINITIONS, undefined, "virtualservices.networking.istio.io"),
      given,
      "kubeconfig",
      "the cluster has no custom resource 'virtualservices.networking.istio.io': install Istio",
    ],
    "a cluster without Experiments": [
      (s) => s.api.drop(CUSTOM_RESOURCE_DEFINITIONS, undefined, "experiments.iter8.tools"),
      given,
      "kubeconfig",
      "the cluster has no custom resource 'experiments.iter8.tools': install Serin's Experiment (print it with `npx serin-crd`)",
    ],
    "a Service that does not exist": [
      (s) => s.api.drop(SERVICES, NAMESPACE, SERVICE),
      given,
      "service",
      "'service' (reviews) is no Service in namespace default",
    ],
    "a workload's Service that does not exist and is not to be made": [
      (s) => s.api.drop(SERVICES, NAMESPACE, SERVICE),
      { ...owned, workload: { ...(owned["workload"] as object), ports: undefined } },
      "service",
      "'service' (reviews) is no Service in namespace default; give 'workload.ports' to have it made",
    ],
    "a Service of no Deployment": [
      (s) => s.api.put(SERVICES, service({ app: "nobody" })),
      given,
      "service",
      "'service' (reviews) selects the pods of no Deployment (its selector is app=nobody)",
    ],
    "a baseline that does not exist": [
      (s) => s.api.drop(DEPLOYMENTS, NAMESPACE, "one"),
      given,
      "baseline",
      "'baseline' (one) is no Deployment in namespace default",
    ],
    "a baseline that the Service does not select": [
      (s) => s.api.put(DEPLOYMENTS, deployment("one", { app: "other", version: "v1" })),
      given,
      "baseline",
      "'baseline' (one, pod labels app=other,version=v1) must match the selector of Service reviews (app=reviews)",
    ],
    "a candidate that the Service does not select": [
      (s) => s.api.put(DEPLOYMENTS, deployment("two", { app: "other", version: "v2" })),
      given,
      "candidate",
      "'candidate' (two, pod labels app=other,version=v2) must match the selector of Service reviews (app=reviews)",
    ],
    "versions that cannot be told apart": [
      (s) => s.api.put(DEPLOYMENTS, deployment("two", versionLabels("v1"))),
      given,
      "candidate",
      "'candidate' (two) has pod labels (app=reviews,version=v1) that do not tell it from 'baseline' " +
        "(app=reviews,version=v1); give each a label such as version",
    ],
    "a VirtualService that does not exist": [
      () => undefined,
      { ...given, routingReference: "mine" },
      "routingReference",
      "'routingReference' (mine) is no VirtualService in namespace default",
    ],
    "another VirtualService of the same host": [
      (s) => s.api.put(VIRTUAL_SERVICES, rule("theirs", ["reviews"], [])),
      given,
      "service",
      "'service' (reviews) is routed already by VirtualService default/theirs, past the split; name it as 'routingReference'",
    ],
    "a delta on a counter": [
      () => undefined,
      { ...given, criteria: [{ metric: "iter8_error_count", delta: 0.1 }] },
      "criteria[0].delta",
      "'criteria[0].delta' (0.1) cannot be used with the counter metric 'iter8_error_count', " +
        "whose value grows with traffic; use 'threshold'",
    ],
    "a budget that counts no failures": [
      () => undefined,
      {
        ...given,
        traffic: {},
        criteria: [{ metric: "iter8_latency", threshold: 200 }],
        budget: { failedRequests: 9, metric: "iter8_latency" },
      },
      "budget.metric",
      "'budget.metric' (iter8_latency) must be a ratio: the share of failed requests",
    ],
    "a share beyond all": [
      () => undefined,
      { ...given, traffic: {}, criteria: [{ metric: "iter8_error_rate", threshold: 5 }] },
      "criteria[0]",
      "'criteria[0]': metric 'iter8_error_rate' is a ratio: its threshold must be greater than 0 and less than 1, not 5",
    ],
    "a floor on a mean": [
      () => undefined,
      { ...given, traffic: {}, criteria: [{ metric: "iter8_latency", delta: 0.1, floor: 0.5 }] },
      "criteria[0]",
      "'criteria[0]': metric 'iter8_latency' is a mean: only a ratio can have a floor",
    ],
    "a metric of values only": [
      (s) => {
        const data = {
          query_templates: "mine: up\nn: up",
          metrics: "- name: mine\n  sample_size_query_template: n",
        };
        s.api.put(CONFIG_MAPS, { metadata: { name: METRICS_CONFIG_MAP, namespace: NAMESPACE }, data });
      },
      { ...given, traffic: {}, criteria: [{ metric: "mine", threshold: 1 }] },
      "criteria[0]",
      "'criteria[0]': metric 'mine' has values only: give its counters (kind, with total_query_template and " +
        "part_query_template, or buckets_query_template and quantile) or use analysis mode point",
    ],
    "a metric that is better when higher, taken for one that is better when lower": [
      (s) => {
        const data = {
          query_templates: "mine: up\nn: up",
          metrics: "- name: mine\n  sample_size_query_template: n\n  preferred_direction: higher",
        };
        s.api.put(CONFIG_MAPS, { metadata: { name: METRICS_CONFIG_MAP, namespace: NAMESPACE }, data });
      },
      { ...given, criteria: [{ metric: "mine", threshold: 1 }] },
      "criteria[0].direction",
      "'criteria[0].direction' (lower) must be higher, as metric 'mine' is defined",
    ],
  };
  for (const [name, [spoil, properties, property, reason]] of Object.entries(refusals)) {
    it(`refuses ${name}, and writes nothing`, async () => {
      spoil(stage);
      deepStrictEqual(await found(properties), [{ property, reason }]);
      deepStrictEqual(stage.api.writes, []);
    });
  }

  const mentions: Record<
    string,
    [spoil: (stage: Stage) => void, properties: object, property: string, words: string[]]
  > = {
    "a workload that the Service does not select": [
      (s) => s.api.put(SERVICES, service({ app: "nobody" })),
      owned,
      "workload.template.metadata.labels",
      [
        "'workload.template.metadata.labels' (app=reviews,version=v2,",
        "must match the selector of Service reviews (app=nobody)",
      ],
    ],
    "a VirtualService that cannot carry the split": [
      (s) => s.api.put(VIRTUAL_SERVICES, rule("mine", ["x"], [{ route: [{ destination: { host: "ratings" } }] }])),
      { ...given, routingReference: "mine" },
      "routingReference",
      ["'routingReference' (mine) cannot be used: ", "no http entry"],
    ],
    "an unknown metric": [
      () => undefined,
      { ...given, criteria: [{ metric: "speed", threshold: 1 }] },
      "criteria[0].metric",
      ["'criteria[0].metric' (speed) is not defined: ", "iter8_latency"],
    ],
    "a metric that the namespace's own definitions leave without a query": [
      (s) => {
        const data = { query_templates: "{}", metrics: "- name: mine\n  sample_size_query_template: mine" };
        s.api.put(CONFIG_MAPS, { metadata: { name: METRICS_CONFIG_MAP, namespace: NAMESPACE }, data });
      },
      { ...given, criteria: [{ metric: "mine", threshold: 1 }] },
      "criteria[0].metric",
      ["'criteria[0].metric' (mine) is not defined: ", "query_templates has no 'mine'"],
    ],
  };
  for (const [name, [spoil, properties, property, words]] of Object.entries(mentions)) {
    it(`refuses ${name}, and writes nothing`, async () => {
      spoil(stage);
      const [failure, ...others] = await found(properties);
      strictEqual(failure?.property, property);
      deepStrictEqual(others, []);
      for (const part of words) strictEqual(failure.reason.includes(part), true, failure.reason);
      deepStrictEqual(stage.api.writes, []);
    });
  }

  it("lets a release that has begun go on, although what it began with may be gone", async () => {
    await stage.releaseUntil(parseInputs(given), () => stage.share === 20);
    stage.api.drop(DEPLOYMENTS, NAMESPACE, "one");
    deepStrictEqual(await found(given), []);
    strictEqual(stage.api.peek(DESTINATION_RULES, NAMESPACE, "nothing"), undefined);
  });
});
