import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { experimentCrd } from "../../adapters/kubernetes/crd";
import type { Schema } from "../../adapters/kubernetes/crd/schema";
import { FINALIZER, type ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { UsageError } from "../errors";
import { experimentOf, readManifest } from "../experimentFile";
import { explainIssues } from "./issues";

const [version] = experimentCrd.spec.versions;
const crdSchema: Schema = version.schema.openAPIV3Schema;

/** An experiment from a file. */
export interface NewExperiment {
  /** As it is to be created, but for its namespace. */
  readonly experiment: ExperimentResource;
  /** That the file names; undefined when it names none. */
  readonly namespace: string | undefined;
}

/**
 * Reads and checks the manifest that the option `--file` names, as far as that is possible without the cluster. It gets the
 * finalizer that keeps a deleted experiment until its traffic is back; a status is left out.
 *
 * @throws UsageError naming the fields that cannot be used
 */
export async function readNewExperiment(file: string, readStdin: () => Promise<string>): Promise<NewExperiment> {
  const parsed = await readManifest(file, readStdin);
  if (typeof parsed === "object" && parsed !== null && "spec" in parsed) checkFields(file, parsed);
  const { experiment } = experimentOf(file, parsed);
  const { namespace } = (parsed as { metadata: { namespace?: string } }).metadata;
  const finalizers = [...new Set([...(experiment.metadata.finalizers ?? []), FINALIZER])];
  const metadata = { ...experiment.metadata, finalizers };
  return { experiment: { ...experiment, metadata, status: undefined }, namespace };
}

function checkFields(file: string, parsed: object): void {
  const fields = { ...parsed, status: undefined };
  const checked = checkerOf(crdSchema).safeParse(fields);
  if (checked.success) return;
  throw new UsageError(`option '--file' (${file}): ${explainIssues(checked.error, fields).join("; ")}`);
}

function checkerOf(schema: Schema): z.ZodType {
  const strict = withoutUnknownFields(schema) as Parameters<typeof z.fromJSONSchema>[0];
  return z.fromJSONSchema(strict, { defaultTarget: "openapi-3.0" });
}

/** The schema with all fields that it does not name forbidden: the API server would drop them silently. */
function withoutUnknownFields(schema: Schema): object {
  const { properties, items, additionalProperties } = schema;
  const isClosed = properties !== undefined && !schema["x-kubernetes-preserve-unknown-fields"];
  return {
    ...schema,
    ...(items === undefined ? {} : { items: withoutUnknownFields(items) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: withoutUnknownFields(additionalProperties) }),
    ...(isClosed ? { properties: mapValues(properties, withoutUnknownFields), additionalProperties: false } : {}),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** Fields of the spec in which two experiments differ once the API server's defaults are filled in. */
export function differences(a: ExperimentResource, b: ExperimentResource): string[] {
  const schema = crdSchema.properties?.["spec"] as Schema;
  const [left, right] = [a, b].map(({ spec }) => withDefaults(schema, spec) as Record<string, unknown>);
  const names = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]);
  return [...names].filter((name) => !isDeepStrictEqual(left?.[name], right?.[name])).map((name) => `spec.${name}`);
}

/** A value with the schema's defaults filled in, as the API server does it. */
function withDefaults(schema: Schema, value: unknown): unknown {
  const { properties, items } = schema;
  if (items !== undefined && Array.isArray(value)) return value.map((item) => withDefaults(items, item));
  if (properties === undefined || typeof value !== "object" || value === null) return value;
  const filled = Object.entries(properties).flatMap(([name, field]) => {
    const given = (value as Record<string, unknown>)[name] ?? field.default;
    return given === undefined ? [] : [[name, withDefaults(field, given)]];
  });
  return { ...value, ...(Object.fromEntries(filled) as object) };
}
