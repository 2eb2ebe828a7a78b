import { deepStrictEqual as equal } from "node:assert/strict";
import { metricRule } from "../../../components/common/metricRule";
import type { MetricArgs } from "../../../components/common/metrics";

const base = { query: "a", sampleSizeQuery: "b" };
const ratio = { ...base, kind: "ratio", totalQuery: "c", partQuery: "d" } as const;
const percentile = { ...base, kind: "percentile", bucketsQuery: "c", quantile: 0.99 } as const;

describe("metricRule", () => {
  const allowed: Record<string, MetricArgs> = {
    plain: base,
    "a.b-c_1": {
      ...base,
      isCounter: true,
      absentValue: 0,
      unit: "ms",
      preferredDirection: "higher",
      freshnessQuery: "f",
    },
    ratio,
    mean: { ...ratio, kind: "mean" },
    percentile,
  };

  it("takes metrics of all kinds", () => equal(metricRule.safeParse(allowed).success, true));

  const names = "must have a name of letters, digits, '_', '.' and '-' that begins with a letter or '_'";
  const counters = "must have totalQuery and partQuery, for it is a ratio or a mean";
  const buckets = "must have bucketsQuery and quantile, for it is a percentile";
  const share = "must be a number between 0 and 1";
  const refused: readonly [string, unknown, string, string][] = [
    ["no object", "slow", "", "must be metrics by their names"],
    ["a name with a slash", { "a/b": base }, "a/b", names],
    ["a name that begins with a digit", { "1a": base }, "1a", names],
    ["a metric that is none", { a: "up" }, "a", "must be a metric"],
    ["an empty query", { a: { ...base, query: "" } }, "a.query", "must not be empty"],
    ["no sample size", { a: { query: "a" } }, "a.sampleSizeQuery", "must be text"],
    ["an unknown kind", { a: { ...base, kind: "sum" } }, "a.kind", "must be ratio, mean, percentile or left out"],
    [
      "an unknown direction",
      { a: { ...base, preferredDirection: "up" } },
      "a.preferredDirection",
      "must be lower or higher",
    ],
    ["a value that is no number", { a: { ...base, absentValue: "0" } }, "a.absentValue", "must be a number"],
    ["a ratio without parts", { a: { ...ratio, partQuery: undefined } }, "a", counters],
    ["a mean without a total", { a: { ...ratio, kind: "mean", totalQuery: undefined } }, "a", counters],
    ["a percentile without buckets", { a: { ...percentile, bucketsQuery: undefined } }, "a", buckets],
    ["a percentile without a quantile", { a: { ...percentile, quantile: undefined } }, "a", buckets],
    ["a quantile of 0", { a: { ...percentile, quantile: 0 } }, "a.quantile", share],
    ["a quantile of 1", { a: { ...percentile, quantile: 1 } }, "a.quantile", share],
    ["a quantile in text", { a: { ...percentile, quantile: "0.5" } }, "a.quantile", share],
  ];
  for (const [what, metrics, path, message] of refused) {
    it(`refuses ${what}`, () => {
      const [issue] = metricRule.safeParse(metrics).error?.issues ?? [];
      equal([issue?.path.join("."), issue?.message], [path, message]);
    });
  }
});
