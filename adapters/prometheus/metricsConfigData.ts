import { parse } from "yaml";
import { z } from "zod";

/** What is wrong with a metric's definition; Iter8's words, and one for text that cannot be read at all. */
export type MetricsConfigFault =
  | "MetricsConfigMapNotFound"
  | "FailToReadQueryTemplateForMetric"
  | "FailToReadSampleSizeTemplateForMetric"
  | "InvalidMetricsConfigMap";

export class MetricsConfigError extends Error {
  override readonly name = "MetricsConfigError";

  constructor(
    readonly fault: MetricsConfigFault,
    detail: string,
    /** The metric that could not be read; undefined when all of the ConfigMap is at fault. */
    readonly metric?: string,
    options?: ErrorOptions,
  ) {
    super(`Fail to read metrics: ${fault}: ${detail}`, options);
  }
}

/** `data` of the ConfigMap: `query_templates` and `metrics`, both YAML; or the files of Iter8 v1.0. */
export type MetricsConfigData = Readonly<Record<string, string>>;

// Python's way of writing it, which Iter8's own ConfigMap uses, is a string in some YAML parsers and a boolean in others.
export const yesOrNo = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(true|false)$/i, "must be True or False")
    .transform((text) => text.toLowerCase() === "true"),
]);

/** @throws {MetricsConfigError} when the text by this key is not YAML */
export function parseYaml(data: MetricsConfigData, key: string): unknown {
  try {
    return parse(data[key] ?? "");
  } catch (cause) {
    const [why] = String(cause instanceof Error ? cause.message : cause).split("\n");
    throw new MetricsConfigError("InvalidMetricsConfigMap", `'${key}' is not YAML: ${why}`, undefined, { cause });
  }
}

/** @throws {MetricsConfigError} naming the first thing that is not as expected */
export function check<T>(schema: z.ZodType<T>, value: unknown, subject: string, metric?: string): T {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const why = issue === undefined ? "not as expected" : `${[...issue.path, issue.message].join(": ")}`;
  throw new MetricsConfigError("InvalidMetricsConfigMap", `${subject}: ${why}`, metric);
}
