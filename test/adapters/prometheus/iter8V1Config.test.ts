import assert from "node:assert/strict";
import { findMetrics, MetricsConfigError, parseMetricsConfig } from "../../../adapters/prometheus";

const counter = (series: string) => `sum(increase(${series}[$interval])) by ($version_labels)`;
const filled = (series: string) => `sum(increase(${series}[$interval])) by ($entity_labels)`;

// Iter8 v1.0's own ConfigMap, shortened.
const data = {
  "counter_metrics.yaml": `
- name: iter8_request_count
  query_template: ${counter("requests")}
- name: iter8_total_latency
  query_template: ${counter("latency")}
  units: msec
- name: iter8_error_count
  preferred_direction: lower
  query_template: ${counter("errors")}
`,
  "ratio_metrics.yaml": `
- name: iter8_mean_latency
  numerator: iter8_total_latency
  denominator: iter8_request_count
  preferred_direction: lower
- name: conversion
  numerator: iter8_error_count
  denominator: iter8_request_count
  preferred_direction: higher
  zero_to_one: true
- name: broken
  numerator: nothing
  denominator: iter8_request_count
`,
};

function fails(change: Partial<typeof data>, name: string, text: RegExp): void {
  assert.throws(
    () => findMetrics([name], { ...data, ...change }),
    (error: unknown) => error instanceof MetricsConfigError && text.test(error.message),
  );
}

describe("metric definitions of Iter8 v1.0", () => {
  it("are counters and ratios of them, with values only", () => {
    assert.deepEqual(findMetrics(["iter8_error_count", "iter8_mean_latency", "conversion"], data), [
      {
        name: "iter8_error_count",
        queryTemplate: filled("errors"),
        sampleSizeTemplate: filled("requests"),
        isCounter: true,
        absentValue: 0,
        unit: "",
        direction: "lower",
      },
      {
        name: "iter8_mean_latency",
        queryTemplate: `(${filled("latency")}) / (${filled("requests")})`,
        sampleSizeTemplate: filled("requests"),
        isCounter: false,
        absentValue: null,
        unit: "msec",
        direction: "lower",
      },
      {
        name: "conversion",
        queryTemplate: `(${filled("errors")}) / (${filled("requests")})`,
        sampleSizeTemplate: filled("requests"),
        isCounter: false,
        absentValue: 0,
        unit: "",
        direction: "higher",
      },
    ]);
  });
  it("stand beside those of v0.1, which come first", () => {
    const both = {
      ...data,
      query_templates: "conversion: x\nsize: y",
      metrics: "- {name: conversion, sample_size_query_template: size}",
    };
    assert.equal(findMetrics(["conversion"], both)[0]?.queryTemplate, "x");
    const names = parseMetricsConfig({ ...both, "ratio_metrics.yaml": "" }).map(({ name }) => name);
    assert.deepEqual(names, ["conversion", "iter8_request_count", "iter8_total_latency", "iter8_error_count"]);
  });
  it("take the number of requests from the built-in query, if they count none", () => {
    const [metric] = findMetrics(["n"], { "counter_metrics.yaml": "[{name: n, query_template: x}]" });
    assert.match(metric?.sampleSizeTemplate ?? "", /istio_requests_total\{reporter='source',\$entity_selector\}/);
  });
  it("that cannot be read are refused", () => {
    fails(
      {},
      "broken",
      /FailToReadQueryTemplateForMetric: counter_metrics.yaml has no 'nothing', which metric 'broken'/,
    );
    fails({ "counter_metrics.yaml": "{}" }, "conversion", /InvalidMetricsConfigMap: counter_metrics.yaml: /);
    fails({ "ratio_metrics.yaml": "[" }, "conversion", /'ratio_metrics.yaml' is not YAML/);
    fails({ "ratio_metrics.yaml": "[{name: a, numerator: b}]" }, "a", /metric 'a': denominator: /);
    fails({ "counter_metrics.yaml": "[{name: a}]" }, "a", /metric 'a': query_template: /);
  });
});
