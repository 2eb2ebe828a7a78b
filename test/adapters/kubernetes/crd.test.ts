import assert from "node:assert/strict";
import { loadYaml, dumpYaml, type V1CustomResourceDefinition } from "@kubernetes/client-node";
import fc from "fast-check";
import { parse } from "yaml";
import { z } from "zod";
import { initialState, parseDuration, step, type ReleaseState } from "../../../engine";
import { experimentCrd, experimentCrdYaml } from "../../../adapters/kubernetes/crd";
import type { Schema } from "../../../adapters/kubernetes/crd/schema";
import { DEFAULTS } from "../../../adapters/kubernetes/experiment/read";
import { extendHistory, statusOf } from "../../../adapters/kubernetes/experiment/write";
import { due, iterating, plan } from "../../engine/builders";

const [version] = experimentCrd.spec.versions;
const root: Schema = version.schema.openAPIV3Schema;

/** The schema at a dotted path; `[]` goes to the items of a list, `{}` to the values of a map. */
function at(path: string): Schema {
  return path.split(".").reduce<Schema>((schema, key) => {
    const next = key === "[]" ? schema.items : key === "{}" ? schema.additionalProperties : schema.properties?.[key];
    assert.ok(next, `${path}: no ${key}`);
    return next;
  }, root);
}

function walk(schema: Schema, visit: (schema: Schema, path: string) => void, path = ""): void {
  visit(schema, path);
  for (const [key, child] of Object.entries(schema.properties ?? {})) walk(child, visit, `${path}.${key}`);
  if (schema.items) walk(schema.items, visit, `${path}.[]`);
  if (schema.additionalProperties) walk(schema.additionalProperties, visit, `${path}.{}`);
}

/** Paths in a value that its schema does not know, and required ones that it lacks. */
function strangers(value: unknown, schema: Schema, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => strangers(item, schema.items as Schema, `${path}.[]`));
  if (typeof value !== "object" || value === null || schema["x-kubernetes-preserve-unknown-fields"]) return [];
  const lacking = (schema.required ?? []).filter((key) => !(key in value)).map((key) => `${path}.${key} is lacking`);
  return [
    ...lacking,
    ...Object.entries(value).flatMap(([key, child]) => {
      const known = schema.properties?.[key] ?? schema.additionalProperties;
      return known ? strangers(child, known, `${path}.${key}`) : [`${path}.${key} is not known`];
    }),
  ];
}

const validator = z.fromJSONSchema({ ...root } as never, { defaultTarget: "openapi-3.0" });
const accepts = (value: unknown): boolean => validator.safeParse(value).success;

const spec = {
  targetService: { apiVersion: "v1", name: "reviews", baseline: "reviews-v2", candidate: "reviews-v3" },
  trafficControl: { strategy: "check_and_increment", interval: "30s", trafficStepSize: 20, maxIterations: 8 },
  analysis: {
    successCriteria: [{ metricName: "iter8_latency", toleranceType: "threshold", tolerance: 0.2, sampleSize: 6 }],
  },
};
const experiment = { apiVersion: "iter8.tools/v1alpha1", kind: "Experiment", metadata: { name: "r" }, spec };

describe("Experiment CRD", () => {
  it("is Iter8's", () => {
    const { group, names, scope } = experimentCrd.spec;
    assert.equal(experimentCrd.metadata.name, "experiments.iter8.tools");
    assert.deepEqual(
      [group, names.plural, names.kind, scope],
      ["iter8.tools", "experiments", "Experiment", "Namespaced"],
    );
    assert.deepEqual(names.categories, ["all", "iter8"]);
    assert.deepEqual([version.name, version.served, version.storage], ["v1alpha1", true, true]);
    assert.deepEqual(version.subresources, { status: {} });
  });

  it("shows Iter8's columns in Iter8's order, then Serin's", () => {
    assert.deepEqual(
      version.additionalPrinterColumns.map(({ name, jsonPath }) => [name, jsonPath]),
      [
        ["phase", ".status.phase"],
        ["status", ".status.message"],
        ["baseline", ".spec.targetService.baseline"],
        ["percentage", ".status.trafficSplitPercentage.baseline"],
        ["candidate", ".spec.targetService.candidate"],
        ["percentage", ".status.trafficSplitPercentage.candidate"],
        ["verdict", ".status.serin.verdict"],
        ["iteration", ".status.currentIteration"],
        ["Age", ".metadata.creationTimestamp"],
      ],
    );
    for (const { jsonPath, type } of version.additionalPrinterColumns) {
      if (jsonPath.startsWith(".metadata")) continue;
      assert.equal(at(jsonPath.slice(1)).type, type, jsonPath);
    }
  });

  it("has every field of Iter8 v0.1", () => {
    const reference = ["apiVersion", "kind", "name", "namespace", "fieldPath", "resourceVersion", "uid"];
    const fields: Readonly<Record<string, readonly string[]>> = {
      spec: ["targetService", "trafficControl", "analysis", "cleanup", "routingReference", "serin"],
      "spec.targetService": [...reference, "baseline", "candidate"],
      "spec.routingReference": reference,
      "spec.trafficControl":
        "strategy maxTrafficPercentage trafficStepSize interval maxIterations onSuccess confidence".split(" "),
      "spec.analysis": ["analyticsService", "grafanaEndpoint", "successCriteria", "reward"],
      "spec.analysis.successCriteria.[]":
        "metricName toleranceType tolerance sampleSize min_max stopOnFailure direction floor".split(" "),
      "spec.analysis.reward": ["metricName", "min_max"],
      "metrics.{}": ["query_template", "sample_size_template", "is_counter", "absent_value"],
      status: (
        "observedGeneration conditions createTimestamp startTimestamp endTimestamp lastIncrementTime currentIteration " +
        "analysisState grafanaURL assessment trafficSplitPercentage phase message serin"
      ).split(" "),
      "status.conditions.[]": ["type", "status", "reason", "message", "severity", "lastTransitionTime"],
      "status.assessment": ["conclusions", "all_success_criteria_met", "abort_experiment", "success_criteria"],
      "status.assessment.success_criteria.[]": [
        "metric_name",
        "conclusions",
        "success_criterion_met",
        "abort_experiment",
      ],
    };
    for (const [path, names] of Object.entries(fields)) {
      assert.deepEqual(Object.keys(at(path).properties ?? {}).sort(), [...names].sort(), path);
    }
  });

  it("has Iter8's defaults, and those that the record is read with", () => {
    for (const [path, expected] of [
      ["spec.trafficControl.strategy", DEFAULTS.strategy],
      ["spec.trafficControl.maxTrafficPercentage", DEFAULTS.maxTrafficPercentage],
      ["spec.trafficControl.trafficStepSize", DEFAULTS.trafficStepSize],
      ["spec.trafficControl.interval", DEFAULTS.interval],
      ["spec.trafficControl.maxIterations", DEFAULTS.maxIterations],
      ["spec.trafficControl.onSuccess", DEFAULTS.onSuccess],
      ["spec.trafficControl.confidence", 0.95],
      ["spec.analysis.analyticsService", undefined],
      ["spec.analysis.grafanaEndpoint", "http://localhost:3000"],
      ["spec.analysis.successCriteria.[].sampleSize", DEFAULTS.sampleSize],
      ["spec.analysis.successCriteria.[].stopOnFailure", false],
      ["spec.serin.maxStall", DEFAULTS.maxStall],
      ["spec.serin.readyTimeout", DEFAULTS.readyTimeout],
      ["spec.serin.gracePeriod", DEFAULTS.gracePeriod],
      ["spec.serin.propagation", "1s"],
      ["spec.serin.onForeignEdit", DEFAULTS.onForeignEdit],
      ["spec.serin.attempt", ""],
      ["spec.trafficControl", {}],
      ["spec.analysis", {}],
      ["spec.serin", {}],
    ] as const) {
      assert.deepEqual(at(path).default, expected, path);
    }
  });

  it("is a structural schema, of which every field says what it is", () => {
    walk(root, (schema, path) => {
      assert.ok(schema.type, path);
      const named = /\.(\w+)$/.exec(path)?.[1];
      if (named && !["apiVersion", "kind", "metadata"].includes(named)) assert.ok(schema.description, path);
      if (schema.type === "array") assert.ok(schema.items, path);
      if (schema.required)
        assert.ok(
          schema.required.every((key) => schema.properties?.[key]),
          path,
        );
      if (schema["x-kubernetes-validations"] && schema.type === "string") assert.ok(schema.maxLength, path);
    });
  });

  it("is the same as YAML, and by way of the Kubernetes client's types", () => {
    const text = experimentCrdYaml();
    assert.deepEqual(parse(text), JSON.parse(JSON.stringify(experimentCrd)));
    assert.doesNotMatch(text, /[&*]a\d/);
    assert.deepEqual(parse(dumpYaml(loadYaml<V1CustomResourceDefinition>(text))), parse(text));
  });

  it("reads a duration exactly when the engine does, but for zero, which a rule refuses", () => {
    const { pattern, maxLength } = at("spec.trafficControl.interval");
    const reads = (text: string) => new RegExp(pattern as string).test(text) && text.length <= (maxLength as number);
    const zero = (text: string) => !/[1-9]/.test(text);
    const part = fc.tuple(
      fc.constantFrom("0", "1", "30", "1.5", ".5", "5."),
      fc.constantFrom("ms", "s", "m", "h", "", "d"),
    );
    const texts = fc.oneof(
      fc.array(part, { maxLength: 4 }).map((parts) => parts.flat().join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        if (text.length > 32) return;
        assert.equal(reads(text) && !zero(text), parseDuration(text) !== undefined, text);
      }),
    );
  });
});

describe("Experiment CRD: what it accepts", () => {
  it("Iter8's own example", () => assert.ok(accepts(experiment)));

  const control = (changes: object) => ({ ...spec, trafficControl: changes });
  const criteria = (changes: object) => ({
    ...spec,
    analysis: { successCriteria: [{ ...spec.analysis.successCriteria[0], ...changes }] },
  });
  const cases: readonly (readonly [string, object, boolean])[] = [
    ["only the targets", { targetService: spec.targetService }, true],
    ["no targets", { trafficControl: spec.trafficControl }, false],
    ["no candidate", { targetService: { name: "reviews", baseline: "reviews-v2" } }, false],
    ["a name that cannot be", { targetService: { ...spec.targetService, candidate: "Reviews_v3" } }, false],
    ["the same version twice", { targetService: { ...spec.targetService, candidate: "reviews-v2" } }, true],
    ["an interval without a unit", control({ interval: "30" }), false],
    ["an interval in parts", control({ interval: "1m30s" }), true],
    ["a step of nothing", control({ trafficStepSize: 0 }), false],
    ["a small step", control({ trafficStepSize: 0.1 }), true],
    ["a step below nothing", control({ trafficStepSize: -1 }), false],
    ["a step above the maximum, which Iter8 clips", control({ trafficStepSize: 60, maxTrafficPercentage: 50 }), true],
    ["a maximum above all", control({ maxTrafficPercentage: 101 }), false],
    ["no iteration", control({ maxIterations: 0 }), false],
    ["half an iteration", control({ maxIterations: 1.5 }), false],
    ["a strategy of Iter8's", control({ strategy: "posterior_bayesian_routing" }), true],
    ["a strategy of nobody's", control({ strategy: "hope" }), false],
    ["an unknown end", control({ onSuccess: "canary" }), false],
    ["a sure thing and more", control({ confidence: 1.1 }), false],
    ["a metric without a name", criteria({ metricName: "" }), false],
    ["an unknown tolerance", criteria({ toleranceType: "relative" }), false],
    ["a tolerance as text", criteria({ tolerance: "0.2" }), false],
    ["a negative sample size", criteria({ sampleSize: -1 }), false],
    ["a clean-up", { ...spec, cleanup: "delete" }, true],
    ["another clean-up", { ...spec, cleanup: "keep" }, false],
    ["an unknown answer to foreign edits", { ...spec, serin: { onForeignEdit: "ignore" } }, false],
    ["no time for subsets", { ...spec, serin: { propagation: "0s" } }, true],
    ["a time for subsets without a unit", { ...spec, serin: { propagation: "5" } }, false],
    ["a Prometheus that is no URL", { ...spec, serin: { prometheusURL: "prometheus:9090" } }, false],
  ];
  for (const [name, changed, expected] of cases) {
    it(`${name}: ${expected ? "yes" : "no"}`, () => assert.equal(accepts({ ...experiment, spec: changed }), expected));
  }
  for (const action of ["pause", "resume", "override_failure", "override_success", ""]) {
    it(`the action '${action}': yes`, () => assert.ok(accepts({ ...experiment, action })));
  }
  it("another action: no", () => assert.ok(!accepts({ ...experiment, action: "stop" })));

  const waiting = initialState(0);
  const assessed = step(plan(), iterating(), due()).state;
  const failed = step(plan(), iterating(), due({ observation: undefined, action: "override_failure" })).state;
  const states: Readonly<Record<string, ReleaseState>> = { waiting, assessed, failed };
  for (const [name, state] of Object.entries(states)) {
    it(`the status that Serin writes (${name})`, () => {
      const history = extendHistory([], iterating(), state, 10_000);
      const status = JSON.parse(JSON.stringify(statusOf(plan(), state, history)));
      assert.deepEqual(strangers(status, at("status")), []);
      assert.ok(accepts({ ...experiment, status }));
    });
  }
});
