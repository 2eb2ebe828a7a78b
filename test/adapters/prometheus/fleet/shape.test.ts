import assert from "node:assert/strict";
import { defaultMetrics } from "../../../../adapters/prometheus";
import { shapeOf, type Shape } from "../../../../adapters/prometheus/fleet/shape";

const NAMES = ["workload", "namespace"];

describe("shape of a template", () => {
  const rows: readonly (readonly [string, Shape["rows"]])[] = [
    ["sum(a) by ($entity_labels)", "all"],
    ["a{$entity_selector}", "own"],
    ["sum(a{$entity_selector}) by ($entity_labels)", "own"],
    ["SUM BY ($entity_labels, le) (rate(a{x='y', $entity_selector}[$interval]))", "own"],
    ["sum by (namespace, workload) (a{$entity_selector})", "own"],
    ["sum by (workload) (a{$entity_selector})", "mixed"],
    ["sum(a{$entity_selector})", "mixed"],
    ["sum(a{$entity_selector}) without (pod)", "mixed"],
    ["sum(sum(a{$entity_selector})) by ($entity_labels)", "mixed"],
    ["sum(a{$entity_selector}) by ($entity_labels) / scalar(sum(a{$entity_selector}) by ($entity_labels))", "mixed"],
    ["a{$entity_selector} / on () b", "mixed"],
    ["a{$entity_selector} / on ($entity_labels) group_left () b", "own"],
    ["a{$entity_selector} / ignoring (workload) b", "mixed"],
    ["sum(a{$entity_selector}) by ($entity_labels) or vector(0)", "own"],
    ["sum(a{$entity_selector}) by ($entity_labels) or on () vector(0)", "mixed"],
    ["absent(a{$entity_selector})", "mixed"],
    ["label_replace(a{$entity_selector}, 'workload', 'x', '', '')", "mixed"],
    ["topk(1, a{$entity_selector})", "mixed"],
    ["unheard_of(a{$entity_selector})", "mixed"],
    ['sum(a{$entity_selector, x="sum("}) by ($entity_labels) # sum(', "own"],
  ];
  for (const [template, expected] of rows) {
    it(`${template}: ${expected}`, () => assert.equal(shapeOf(template, NAMES).rows, expected));
  }
  it("of the built-in metrics: one query for all", () => {
    for (const { queryTemplate, sampleSizeTemplate, freshnessTemplate = "", counts } of defaultMetrics) {
      const counters = Object.values(counts ?? {}).filter((value) => typeof value === "string" && value.includes("("));
      for (const template of [queryTemplate, sampleSizeTemplate, freshnessTemplate, ...(counters as string[])]) {
        assert.deepEqual(shapeOf(template, NAMES), { isClosed: true, rows: "own" }, template);
      }
    }
  });

  const closed = [
    "a",
    "(a{b=')'}[5m])",
    "a # )(",
    'a{b="\\")"}',
    "a{b=`\\`}",
    "a # 'tis\n + b",
    "# $entity_selector\na",
  ];
  const open = [
    "a)",
    "a) or (b",
    "(a",
    "(a]",
    "a{b='c}",
    'a{b="\\"}',
    "a{b=`c}",
    "a # ( \n)",
    "a{b='\n'}",
    'a{b="$entity_selector"}',
    "a{b=`$entity_selector`}",
  ];
  for (const [templates, expected] of [
    [closed, true],
    [open, false],
  ] as const) {
    for (const template of templates) {
      it(`${JSON.stringify(template)} is ${expected ? "closed" : "open"}`, () => {
        assert.equal(shapeOf(template, NAMES).isClosed, expected);
      });
    }
  }
});
