import assert from "node:assert/strict";
import { findMetrics, MetricsConfigError, type MetricDefinition } from "../../../adapters/prometheus";

const query_templates = "m: value\nsize: s\nall: a\nbad: b\nle: h\nempty: ''\n";

function read(members: string): MetricDefinition | undefined {
  const entry = `- {name: m, sample_size_query_template: size, ${members}}`;
  return findMetrics(["m"], { query_templates, metrics: entry })[0];
}

function message(members: string): string {
  try {
    read(members);
  } catch (error) {
    assert.ok(error instanceof MetricsConfigError);
    assert.equal(error.metric, "m");
    return error.message;
  }
  return assert.fail("no error");
}

describe("counters of configured metrics", () => {
  const sums = "total_query_template: all, part_query_template: bad";
  const cases: readonly (readonly [string, MetricDefinition["counts"]])[] = [
    [`kind: ratio, ${sums}`, { kind: "ratio", total: "a", part: "b" }],
    [`kind: mean, ${sums}`, { kind: "mean", total: "a", part: "b" }],
    [
      "kind: percentile, buckets_query_template: le, quantile: 0.95",
      { kind: "percentile", buckets: "h", quantile: 0.95 },
    ],
    [
      "kind: percentile, buckets_query_template: le, quantile: 0.5, total_query_template: all",
      { kind: "percentile", buckets: "h", quantile: 0.5 },
    ],
    ["unit: s", undefined],
  ];
  for (const [members, counts] of cases) {
    it(members, () => assert.deepEqual(read(members)?.counts, counts));
  }
  it("have a preferred direction, lower if none is given", () => {
    assert.equal(read("preferred_direction: higher")?.direction, "higher");
    assert.equal(read("preferred_direction: lower")?.direction, "lower");
    assert.equal(read("unit: s")?.direction, undefined);
  });

  const faults: readonly (readonly [string, string])[] = [
    ["kind: median", "metric 'm': kind: 'median' is not one of ratio, mean, percentile"],
    ["preferred_direction: up", "metric 'm': preferred_direction: 'up' is not one of lower, higher"],
    [
      "kind: ratio, total_query_template: all",
      "metric 'm': part_query_template: is missing; kind ratio needs total_query_template and part_query_template",
    ],
    [
      "kind: percentile, buckets_query_template: le",
      "metric 'm': quantile: is missing; kind percentile needs buckets_query_template and quantile",
    ],
    ["kind: percentile, quantile: 99", "metric 'm': quantile: 99 is not a number greater than 0 and less than 1"],
    ["kind: percentile, quantile: '0.9'", `metric 'm': quantile: "0.9" is not a number greater than 0 and less than 1`],
    [
      `kind: mean, ${sums}, quantile: 0.9`,
      "metric 'm': quantile: '0.9' is not for kind mean, which takes total_query_template, part_query_template",
    ],
    [sums, "metric 'm': kind: is missing, but total_query_template is given; allowed: ratio, mean, percentile"],
    [
      `is_counter: True, kind: ratio, ${sums}`,
      "metric 'm': kind: 'ratio' is not for a metric whose is_counter is True; leave one of them out",
    ],
  ];
  for (const [members, text] of faults) {
    it(`${members}: refused`, () => {
      assert.equal(message(members), `Fail to read metrics: InvalidMetricsConfigMap: ${text}`);
    });
  }
  for (const name of ["nowhere", "empty", "toString"]) {
    it(`a query '${name}' that is none: refused`, () => {
      assert.match(
        message(`kind: ratio, total_query_template: all, part_query_template: ${name}`),
        new RegExp(`FailToReadQueryTemplateForMetric: query_templates has no '${name}', which metric 'm' needs$`),
      );
    });
  }
});
