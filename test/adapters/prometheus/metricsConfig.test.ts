import assert from "node:assert/strict";
import { defaultMetrics, findMetrics, MetricsConfigError, parseMetricsConfig } from "../../../adapters/prometheus";

// Iter8 v0.1's own ConfigMap, shortened.
const query_templates = `
iter8_latency: "(sum(a[$interval]$offset_str)) by ($entity_labels)"
iter8_sample_size: |
  sum(increase(istio_requests_total{reporter='source'}[$interval]$offset_str)) by ($entity_labels)
iter8_error_count: sum(e[$interval]) by ($entity_labels)
age: time() - max(timestamp(t)) by ($entity_labels)
`;
const metrics = `
- name: iter8_latency
  is_counter: False
  absent_value: "None"
  sample_size_query_template: iter8_sample_size
- name: iter8_error_count
  is_counter: "True"
  absent_value: "0"
  sample_size_query_template: iter8_sample_size
  unit: errors
  freshness_query_template: age
- name: no_query
  is_counter: false
  sample_size_query_template: iter8_sample_size
`;
const data = { query_templates, metrics };

function one(entry: string, templates = "m: x\nn: y\n") {
  return findMetrics(["m"], { query_templates: templates, metrics: `- name: m\n  ${entry}` })[0];
}

function fails(action: () => unknown, fault: string, metric: string | undefined, message: RegExp): void {
  assert.throws(action, (error: unknown) => {
    assert.ok(error instanceof MetricsConfigError);
    assert.deepEqual([error.fault, error.metric], [fault, metric]);
    assert.match(error.message, message);
    assert.ok(error.message.startsWith(`Fail to read metrics: ${fault}: `));
    return true;
  });
}

describe("metric definitions", () => {
  it("are read from the ConfigMap, in the order asked for", () => {
    const sampleSizeTemplate =
      "sum(increase(istio_requests_total{reporter='source'}[$interval]$offset_str)) by ($entity_labels)";
    assert.deepEqual(findMetrics(["iter8_error_count", "iter8_latency"], data), [
      {
        name: "iter8_error_count",
        queryTemplate: "sum(e[$interval]) by ($entity_labels)",
        sampleSizeTemplate,
        freshnessTemplate: "time() - max(timestamp(t)) by ($entity_labels)",
        isCounter: true,
        absentValue: 0,
        unit: "errors",
      },
      {
        name: "iter8_latency",
        queryTemplate: "(sum(a[$interval]$offset_str)) by ($entity_labels)",
        sampleSizeTemplate,
        freshnessTemplate: undefined,
        isCounter: false,
        absentValue: null,
        unit: "",
      },
    ]);
  });
  it("are built in where the ConfigMap has none", () => {
    assert.deepEqual(findMetrics(["iter8_error_rate"], data), [
      defaultMetrics.find((metric) => metric.name === "iter8_error_rate"),
    ]);
    assert.equal(findMetrics(["iter8_latency"], undefined)[0]?.unit, "ms");
    assert.equal(findMetrics(["iter8_latency"], {})[0]?.unit, "ms");
  });
  it("may be asked for twice", () => {
    assert.equal(findMetrics(["iter8_latency", "iter8_latency"], data).length, 2);
  });

  for (const [text, expected] of [
    ["is_counter: True", true],
    ["is_counter: 'True'", true],
    ["is_counter: 'false'", false],
    ["unit: s", false],
  ] as const) {
    it(`${text}: ${expected ? "a" : "no"} counter`, () => {
      assert.equal(one(`${text}\n  sample_size_query_template: n`)?.isCounter, expected);
    });
  }
  for (const [text, expected] of [
    ["'0.0'", 0],
    ["1.5", 1.5],
    ["None", null],
    ["''", null],
    ["'  '", null],
    ["null", null],
    ["inf", null],
  ] as const) {
    it(`absent_value ${text}: ${expected}`, () => {
      assert.equal(one(`absent_value: ${text}\n  sample_size_query_template: n`)?.absentValue, expected);
    });
  }

  describe("that cannot be read", () => {
    it("no ConfigMap", () => {
      fails(() => parseMetricsConfig(undefined), "MetricsConfigMapNotFound", undefined, /'iter8config-metrics'/);
      fails(
        () => findMetrics(["mine"], undefined),
        "MetricsConfigMapNotFound",
        "mine",
        /no metric 'mine'.*iter8_latency/,
      );
    });
    it("a metric nobody defines, with those that are", () => {
      const message = /no metric 'mine'; there are: iter8_latency, iter8_error_count, no_query, iter8_90_perc_latency/;
      fails(() => findMetrics(["mine"], data), "FailToReadQueryTemplateForMetric", "mine", message);
    });
    it("no query template", () => {
      const message = /no 'no_query', which metric 'no_query' needs/;
      fails(() => findMetrics(["no_query"], data), "FailToReadQueryTemplateForMetric", "no_query", message);
      fails(() => parseMetricsConfig(data), "FailToReadQueryTemplateForMetric", "no_query", message);
    });
    it("a query template of Object's own", () => {
      const entry = { query_templates, metrics: "- {name: toString, sample_size_query_template: age}" };
      fails(() => findMetrics(["toString"], entry), "FailToReadQueryTemplateForMetric", "toString", /no 'toString'/);
    });
    it("no sample size template", () => {
      fails(() => one("unit: s"), "FailToReadSampleSizeTemplateForMetric", "m", /names no sample_size_query_template/);
      const missing = () => one("sample_size_query_template: z");
      fails(missing, "FailToReadSampleSizeTemplateForMetric", "m", /no 'z', which metric 'm' needs/);
      const blank = () => one("sample_size_query_template: n", "m: x\nn: '  '");
      fails(blank, "FailToReadSampleSizeTemplateForMetric", "m", /no 'n'/);
    });
    it("no freshness template", () => {
      const missing = () => one("sample_size_query_template: n\n  freshness_query_template: z");
      fails(missing, "FailToReadQueryTemplateForMetric", "m", /no 'z', which metric 'm' needs/);
    });
    it("a metric of the wrong form", () => {
      fails(() => one("is_counter: maybe"), "InvalidMetricsConfigMap", "m", /metric 'm': is_counter/);
      fails(() => one("absent_value: [1]"), "InvalidMetricsConfigMap", "m", /metric 'm': absent_value/);
    });
    it("text of the wrong form", () => {
      const bad: readonly (readonly [Record<string, string>, RegExp])[] = [
        [{ query_templates: "a: [" }, /'query_templates' is not YAML/],
        [{ query_templates: "[a]" }, /query_templates: /],
        [{ query_templates: "a: {b: c}" }, /query_templates: a: /],
        [{ metrics: "name: m" }, /metrics: /],
        [{ metrics: "- unit: s" }, /metrics: 0: name: /],
      ];
      for (const [config, message] of bad) {
        fails(() => findMetrics(["iter8_latency"], config), "InvalidMetricsConfigMap", undefined, message);
      }
    });
    it("one, without harm to the others", () => {
      assert.equal(findMetrics(["iter8_latency"], data).length, 1);
    });
  });
});

describe("built-in metrics", () => {
  it("are Iter8's, and two percentiles", () => {
    assert.deepEqual(
      defaultMetrics.map(({ name, isCounter, absentValue, unit }) => [name, isCounter, absentValue, unit]),
      [
        ["iter8_latency", false, null, "ms"],
        ["iter8_90_perc_latency", false, null, "ms"],
        ["iter8_99_perc_latency", false, null, "ms"],
        ["iter8_error_count", true, 0, ""],
        ["iter8_error_rate", false, 0, ""],
      ],
    );
  });
  it("can be counted, but for the one that is a counter itself", () => {
    assert.deepEqual(
      defaultMetrics.map(({ counts }) => [counts?.kind, counts?.kind === "percentile" ? counts.quantile : undefined]),
      [
        ["mean", undefined],
        ["percentile", 0.9],
        ["percentile", 0.99],
        [undefined, undefined],
        ["ratio", undefined],
      ],
    );
  });
  it("have balanced parentheses, group by version, and can be stale", () => {
    for (const { queryTemplate, sampleSizeTemplate, freshnessTemplate, counts } of defaultMetrics) {
      assert.ok(freshnessTemplate);
      const counters =
        counts === undefined ? [] : counts.kind === "percentile" ? [counts.buckets] : [counts.total, counts.part];
      for (const template of [queryTemplate, sampleSizeTemplate, freshnessTemplate, ...counters]) {
        assert.equal(template.split("(").length, template.split(")").length, template);
        assert.match(template, /by \(\$entity_labels/);
        assert.match(template, /reporter='source'/);
      }
    }
  });
});
