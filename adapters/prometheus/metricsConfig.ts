import { parse } from "yaml";
import { z } from "zod";
import { defaultMetrics } from "./defaultMetrics";
import type { MetricDefinition } from "./metricDefinition";

/** Name of the ConfigMap that holds metric definitions; Iter8's own. */
export const METRICS_CONFIG_MAP = "iter8config-metrics";

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

/** `data` of the ConfigMap: `query_templates` and `metrics`, both YAML. */
export type MetricsConfigData = Readonly<Record<string, string>>;

// Python's way of writing it, which Iter8's own ConfigMap uses, is a string in some YAML parsers and a boolean in others.
const yesOrNo = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(true|false)$/i, "must be True or False")
    .transform((text) => text.toLowerCase() === "true"),
]);

const templates = z.record(z.string(), z.string()).nullish();
const metricList = z.array(z.looseObject({ name: z.string().min(1) })).nullish();
const metricEntry = z.object({
  is_counter: yesOrNo.default(false),
  absent_value: z.union([z.string(), z.number()]).nullish(),
  sample_size_query_template: z.string().optional(),
  // Serin's own.
  unit: z.string().default(""),
  freshness_query_template: z.string().optional(),
});

/**
 * Finds the definitions of metrics: in the ConfigMap, else among the built-in ones.
 *
 * @param names metrics that success criteria use; only they are checked, so that a broken definition hurts only whom it concerns
 * @param data the ConfigMap's data, or undefined when there is none
 * @returns one definition a name, in the order of the names
 * @throws {MetricsConfigError} naming the metric and what is wrong with it
 */
export function findMetrics(names: readonly string[], data: MetricsConfigData | undefined): MetricDefinition[] {
  const configured = data === undefined ? undefined : new Config(data);
  return names.map((name) => {
    const found = configured?.find(name) ?? defaultMetrics.find((metric) => metric.name === name);
    if (found !== undefined) return found;
    const known = [...new Set([...(configured?.names ?? []), ...defaultMetrics.map((metric) => metric.name)])];
    throw new MetricsConfigError(
      configured === undefined ? "MetricsConfigMapNotFound" : "FailToReadQueryTemplateForMetric",
      `there is no metric '${name}'; there are: ${known.join(", ")}`,
      name,
    );
  });
}

/**
 * Reads every metric that a ConfigMap defines, and only those.
 *
 * @throws {MetricsConfigError} when one of them cannot be read, or there is no ConfigMap
 */
export function parseMetricsConfig(data: MetricsConfigData | undefined): MetricDefinition[] {
  if (data === undefined) {
    throw new MetricsConfigError("MetricsConfigMapNotFound", `there is no ConfigMap '${METRICS_CONFIG_MAP}'`);
  }
  const config = new Config(data);
  return config.names.map((name) => config.find(name) as MetricDefinition);
}

class Config {
  private readonly templates: Readonly<Record<string, string>>;
  private readonly metrics: NonNullable<z.infer<typeof metricList>>;

  constructor(data: MetricsConfigData) {
    this.templates = check(templates, parseYaml(data, "query_templates"), "query_templates") ?? {};
    this.metrics = check(metricList, parseYaml(data, "metrics"), "metrics") ?? [];
  }

  get names(): string[] {
    return this.metrics.map((metric) => metric.name);
  }

  find(name: string): MetricDefinition | undefined {
    const raw = this.metrics.find((metric) => metric.name === name);
    if (raw === undefined) return undefined;
    const entry = check(metricEntry, raw, `metric '${name}'`, name);
    const freshness = entry.freshness_query_template;
    return {
      name,
      queryTemplate: this.template(name, name, "FailToReadQueryTemplateForMetric"),
      sampleSizeTemplate: this.template(
        name,
        entry.sample_size_query_template,
        "FailToReadSampleSizeTemplateForMetric",
      ),
      freshnessTemplate:
        freshness === undefined ? undefined : this.template(name, freshness, "FailToReadQueryTemplateForMetric"),
      isCounter: entry.is_counter,
      absentValue: absentValue(entry.absent_value),
      unit: entry.unit,
    };
  }

  private template(metric: string, key: string | undefined, fault: MetricsConfigFault): string {
    if (key === undefined)
      throw new MetricsConfigError(fault, `metric '${metric}' names no sample_size_query_template`, metric);
    const text = Object.hasOwn(this.templates, key) ? this.templates[key]?.trim() : undefined;
    if (text) return text;
    throw new MetricsConfigError(fault, `query_templates has no '${key}', which metric '${metric}' needs`, metric);
  }
}

/** Anything that is not a number ("None", an empty text) says that no row means no value. */
function absentValue(value: string | number | null | undefined): number | null {
  if (value === undefined || value === null || (typeof value === "string" && value.trim() === "")) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function parseYaml(data: MetricsConfigData, key: string): unknown {
  try {
    return parse(data[key] ?? "");
  } catch (cause) {
    const [why] = String(cause instanceof Error ? cause.message : cause).split("\n");
    throw new MetricsConfigError("InvalidMetricsConfigMap", `'${key}' is not YAML: ${why}`, undefined, { cause });
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, subject: string, metric?: string): T {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const why = issue === undefined ? "not as expected" : `${[...issue.path, issue.message].join(": ")}`;
  throw new MetricsConfigError("InvalidMetricsConfigMap", `${subject}: ${why}`, metric);
}
