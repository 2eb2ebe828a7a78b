import fc from "fast-check";
import { experimentCrd } from "../../adapters/kubernetes/crd";
import type { Schema } from "../../adapters/kubernetes/crd/schema";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";

const [version] = experimentCrd.spec.versions;
const root: Schema = version.schema.openAPIV3Schema;

const text = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "latency",
    "$entity_selector",
    "'\"}{)(",
    "--\n#",
    "ünïcödé 🐤",
    "__proto__",
    "constructor",
    "%s",
  ),
  fc.string({ maxLength: 12 }),
);
const time = fc
  .date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const durations = fc.constantFrom(
  "1ms",
  "0.5s",
  "2s",
  "30s",
  "1m30s",
  "1h",
  "00001s",
  "1h1h1h",
  "2500000h",
  "1.000001ms",
);

function numberOf({
  type,
  minimum,
  maximum,
  exclusiveMinimum = false,
  exclusiveMaximum = false,
}: Schema): fc.Arbitrary<number> {
  if (type === "integer") {
    const least = Math.max(minimum ?? -1000, Number.MIN_SAFE_INTEGER);
    const usual = fc.integer({ min: least, max: Math.max(least, Math.min(maximum ?? 40, 40)) });
    return fc.oneof({ weight: 9, arbitrary: usual }, fc.constantFrom(least, maximum ?? Number.MAX_SAFE_INTEGER));
  }
  const limits = { minExcluded: exclusiveMinimum, maxExcluded: exclusiveMaximum };
  const usual = fc.double({ min: minimum ?? -1000, max: maximum ?? 1000, noNaN: true, ...limits });
  const edges = [minimum, maximum, 1e-300, 1, -1, 33.333, 1e308].filter(
    (one): one is number =>
      one !== undefined &&
      (minimum === undefined || (exclusiveMinimum ? one > minimum : one >= minimum)) &&
      (maximum === undefined || (exclusiveMaximum ? one < maximum : one <= maximum)),
  );
  return fc.oneof({ weight: 3, arbitrary: usual }, fc.constantFrom(...edges));
}

function stringOf({ enum: known, pattern, format, minLength = 0, maxLength = 300 }: Schema): fc.Arbitrary<string> {
  if (known !== undefined) return fc.constantFrom(...known);
  if (format === "date-time") return time;
  if (pattern?.includes("ms|s|m|h")) return durations;
  if (pattern?.startsWith("^https?"))
    return fc.constantFrom("http://p:9090", "https://u:p@p/x", "http://[", "http://%%");
  if (pattern !== undefined) {
    return fc
      .oneof(fc.constantFrom("a", "0", "cart-v1", "cart-v2", "a.b"), fc.stringMatching(new RegExp(pattern)))
      .filter((one) => one.length >= minLength && one.length <= maxLength);
  }
  return text.filter((one) => one.length >= minLength && one.length <= maxLength);
}

/** Anything that passes a schema; what its rules in CEL leave out is left out by hand. */
function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema["x-kubernetes-preserve-unknown-fields"]) return fc.constant({});
  switch (schema.type) {
    case "boolean":
      return fc.boolean();
    case "number":
    case "integer":
      return numberOf(schema);
    case "string":
      return stringOf(schema);
    case "array": {
      const items = fc.array(valueOf(schema.items as Schema), { maxLength: Math.min(schema.maxItems ?? 3, 3) });
      const [key] = schema["x-kubernetes-list-map-keys"] ?? [];
      if (key === undefined) return items;
      return items.map((all) => [...new Map(all.map((one) => [(one as Record<string, unknown>)[key], one])).values()]);
    }
    case "object":
      return objectOf(schema);
  }
}

function objectOf({ properties, required = [], additionalProperties, ...schema }: Schema): fc.Arbitrary<unknown> {
  if (additionalProperties !== undefined) return fc.dictionary(text, valueOf(additionalProperties), { maxKeys: 2 });
  const members = Object.entries(properties ?? {}).map(([key, child]) => {
    const value = valueOf(child);
    // The API server fills in defaults.
    const absent = child.default === undefined ? undefined : structuredClone(child.default);
    return [key, required.includes(key) ? value : fc.option(value, { nil: absent, freq: 2 })] as const;
  });
  const whole = fc.record(Object.fromEntries(members)).map((value) => JSON.parse(JSON.stringify(value)) as object);
  const isRange = schema["x-kubernetes-validations"]?.some(({ rule }) => rule.includes("self.min < self.max")) ?? false;
  return isRange ? whole.filter((value) => (value as { min: number }).min < (value as { max: number }).max) : whole;
}

function schemaOf(key: string): Schema {
  return root.properties?.[key] as Schema;
}

/** What a driver remembers in `status.analysisState`, where the schema allows anything. */
const side = fc.record({
  traffic_percentage: fc.double({ min: 0, max: 100, noNaN: true }),
  success_criterion_information: fc.array(
    fc.tuple(fc.nat(), fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))),
  ),
});
const memory = fc.oneof(
  fc.constant({}),
  fc.record({ baseline: side, candidate: side }),
  fc.constant({ effective_iteration_count: 3 }),
);

/** An Experiment that the API server would take. */
export const anyExperiment: fc.Arbitrary<ExperimentResource> = fc
  .record({
    spec: valueOf(schemaOf("spec")),
    action: fc.option(valueOf(schemaOf("action")), { nil: undefined, freq: 2 }),
    metrics: fc.option(valueOf(schemaOf("metrics")), { nil: undefined, freq: 1 }),
    status: fc.option(
      fc
        .tuple(valueOf(schemaOf("status")), memory)
        .map(([status, analysisState]) => ({ ...(status as object), analysisState })),
      { nil: undefined, freq: 2 },
    ),
  })
  .map((parts) => ({
    apiVersion: "iter8.tools/v1alpha1",
    kind: "Experiment",
    metadata: { name: "any", namespace: "default" },
    ...(JSON.parse(JSON.stringify(parts)) as Pick<ExperimentResource, "spec">),
  }));
