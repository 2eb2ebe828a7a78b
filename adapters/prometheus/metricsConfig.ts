import { z } from "zod";
import { countMembers, countsOf } from "./countsConfig";
import { defaultMetrics } from "./defaultMetrics";
import { Iter8V1Config } from "./iter8V1Config";
import type { MetricDefinition } from "./metricDefinition";
import {
  check,
  MetricsConfigError,
  parseYaml,
  yesOrNo,
  type MetricsConfigData,
  type MetricsConfigFault,
} from "./metricsConfigData";

export { MetricsConfigError, type MetricsConfigData, type MetricsConfigFault } from "./metricsConfigData";

/** Name of the ConfigMap that holds metric definitions; Iter8's own. */
export const METRICS_CONFIG_MAP = "iter8config-metrics";

const templates = z.record(z.string(), z.string()).nullish();
const metricList = z.array(z.looseObject({ name: z.string().min(1) })).nullish();
const metricEntry = z.object({
  is_counter: yesOrNo.default(false),
  absent_value: z.union([z.string(), z.number()]).nullish(),
  sample_size_query_template: z.string().optional(),
  // Serin's own.
  unit: z.string().default(""),
  freshness_query_template: z.string().optional(),
  ...countMembers,
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
  const configured = data === undefined ? undefined : configOf(data);
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

/** Parsed once for the same object: a controller reads it for every assessment. */
const parsed = new WeakMap<MetricsConfigData, Config>();

function configOf(data: MetricsConfigData): Config {
  const config = parsed.get(data) ?? new Config(data);
  parsed.set(data, config);
  return config;
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
  private readonly v1: Iter8V1Config;

  constructor(data: MetricsConfigData) {
    this.templates = check(templates, parseYaml(data, "query_templates"), "query_templates") ?? {};
    this.metrics = check(metricList, parseYaml(data, "metrics"), "metrics") ?? [];
    this.v1 = new Iter8V1Config(data);
  }

  get names(): string[] {
    return [...new Set([...this.metrics.map((metric) => metric.name), ...this.v1.names])];
  }

  find(name: string): MetricDefinition | undefined {
    const raw = this.metrics.find((metric) => metric.name === name);
    if (raw === undefined) return this.v1.find(name);
    const entry = check(metricEntry, raw, `metric '${name}'`, name);
    const freshness = entry.freshness_query_template;
    const counts = countsOf(name, entry, (key) => this.template(name, key, "FailToReadQueryTemplateForMetric"));
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
      ...(entry.preferred_direction && { direction: entry.preferred_direction }),
      ...(counts && { counts }),
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
