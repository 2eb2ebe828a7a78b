import { deepStrictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { parseMetricsConfig } from "../../../adapters/prometheus/metricsConfig";
import { type MetricArgs, metricsData } from "../../../components/common/metrics";

const text = fc.string({ minLength: 1 });
const base = {
  query: text,
  sampleSizeQuery: text,
  freshnessQuery: text,
  absentValue: fc.integer(),
  unit: text,
  preferredDirection: fc.constantFrom("lower" as const, "higher" as const),
};
const optional = { requiredKeys: ["query", "sampleSizeQuery"] as ["query", "sampleSizeQuery"] };

describe("the metrics of a namespace", () => {
  it("are a ConfigMap in the form that the guide describes", () => {
    const data = metricsData({
      slow: {
        query: "slow",
        sampleSizeQuery: "requests",
        freshnessQuery: "age",
        kind: "percentile",
        bucketsQuery: "buckets",
        quantile: 0.99,
        unit: "ms",
      },
      visits: { query: "visits", sampleSizeQuery: "requests", isCounter: true, absentValue: 0 },
    });
    equal(data["query_templates"]?.split("\n"), [
      "slow: slow",
      "slow/sample_size: requests",
      "slow/freshness: age",
      "slow/buckets: buckets",
      "visits: visits",
      "visits/sample_size: requests",
      "",
    ]);
    equal(data["metrics"]?.split("\n"), [
      "- name: slow",
      "  is_counter: false",
      "  absent_value: None",
      "  unit: ms",
      "  kind: percentile",
      "  quantile: 0.99",
      "  sample_size_query_template: slow/sample_size",
      "  freshness_query_template: slow/freshness",
      "  buckets_query_template: slow/buckets",
      "- name: visits",
      "  is_counter: true",
      "  absent_value: 0",
      "  sample_size_query_template: visits/sample_size",
      "",
    ]);
  });

  it("are read back as they were given, whatever is in their queries", () => {
    const value = fc.record(base, optional);
    const quotient = fc.record({
      ...base,
      kind: fc.constantFrom("ratio" as const, "mean" as const),
      totalQuery: text,
      partQuery: text,
    });
    const metrics: fc.Arbitrary<Record<string, MetricArgs>> = fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/),
      fc.oneof(value, quotient) as fc.Arbitrary<MetricArgs>,
      { maxKeys: 4 },
    );
    fc.assert(
      fc.property(metrics, (given) => {
        const read = parseMetricsConfig(metricsData(given));
        equal(
          read.map(({ name }) => name),
          Object.keys(given),
        );
      }),
      { numRuns: 100 },
    );
  });
});
