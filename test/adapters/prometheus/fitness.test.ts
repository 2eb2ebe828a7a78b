import assert from "node:assert/strict";
import {
  defaultMetrics,
  unfitForCounting,
  type CountedCriterion,
  type MetricDefinition,
} from "../../../adapters/prometheus";

const VALUES: MetricDefinition = {
  name: "plain",
  queryTemplate: "q",
  sampleSizeTemplate: "s",
  isCounter: false,
  absentValue: null,
  unit: "",
};

function faults(criterion: Partial<CountedCriterion>): string[] {
  const complete = {
    metric: "iter8_error_rate",
    toleranceType: "threshold" as const,
    tolerance: 0.1,
    direction: "lower" as const,
    ...criterion,
  };
  return unfitForCounting([complete, complete], [...defaultMetrics, VALUES]);
}

describe("criteria for an analysis that counts", () => {
  for (const fit of [
    {},
    { toleranceType: "delta", tolerance: 3 },
    { toleranceType: "delta", tolerance: 0.2, floor: 0.01 },
    { direction: "higher", tolerance: 0.9 },
    { metric: "iter8_latency", tolerance: 300 },
    { metric: "iter8_latency", tolerance: 300, direction: "higher" },
    { metric: "iter8_99_perc_latency", tolerance: 300 },
    { metric: "iter8_error_count", tolerance: 5 },
    { metric: "not defined" },
  ] as const) {
    it(`${JSON.stringify(fit)}: fit`, () => assert.deepEqual(faults(fit), []));
  }
  const cases: readonly (readonly [Partial<CountedCriterion>, string])[] = [
    [
      { metric: "plain" },
      "metric 'plain' has values only: give its counters (kind, with total_query_template and part_query_template, or buckets_query_template and quantile) or use analysis mode point",
    ],
    [
      { tolerance: 0 },
      "metric 'iter8_error_rate' is a ratio: its threshold must be greater than 0 and less than 1, not 0",
    ],
    [
      { tolerance: 1 },
      "metric 'iter8_error_rate' is a ratio: its threshold must be greater than 0 and less than 1, not 1",
    ],
    [
      { tolerance: NaN },
      "metric 'iter8_error_rate' is a ratio: its threshold must be greater than 0 and less than 1, not NaN",
    ],
    [
      { toleranceType: "delta", tolerance: 0.1, floor: 0 },
      "metric 'iter8_error_rate' is a ratio: its floor must be greater than 0 and less than 1, not 0",
    ],
    [
      { toleranceType: "delta", tolerance: 1, direction: "higher" },
      "metric 'iter8_error_rate' has direction higher: its delta must be less than 1, not 1",
    ],
    [
      { metric: "iter8_90_perc_latency", tolerance: 300, direction: "higher" },
      "metric 'iter8_90_perc_latency' is a percentile, of which only lower values can be counted as good: direction must be lower",
    ],
    [
      { metric: "iter8_90_perc_latency", tolerance: 0 },
      "metric 'iter8_90_perc_latency' is a percentile: its threshold must be greater than 0, not 0",
    ],
    [
      { metric: "iter8_latency", toleranceType: "delta", floor: 0.5 },
      "metric 'iter8_latency' is a mean: only a ratio can have a floor",
    ],
  ];
  for (const [criterion, text] of cases) {
    it(`${JSON.stringify(criterion)}: not`, () => assert.deepEqual(faults(criterion), [text]));
  }
});
