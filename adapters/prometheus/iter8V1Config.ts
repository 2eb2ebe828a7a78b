import { z } from "zod";
import { DIRECTIONS } from "../../engine";
import { defaultMetrics } from "./defaultMetrics";
import type { MetricDefinition } from "./metricDefinition";
import { check, MetricsConfigError, parseYaml, yesOrNo, type MetricsConfigData } from "./metricsConfigData";

const named = z.looseObject({ name: z.string().min(1) });
const list = z.array(named).nullish();
const direction = z.enum(DIRECTIONS).nullish();
const counterEntry = z.object({
  query_template: z.string().min(1),
  preferred_direction: direction,
  unit: z.string().nullish(),
  units: z.string().nullish(),
});
const ratioEntry = z.object({
  numerator: z.string(),
  denominator: z.string(),
  preferred_direction: direction,
  zero_to_one: yesOrNo.nullish(),
});

type Entries = readonly z.infer<typeof named>[];

/** The counter that v1.0 takes the number of requests from. */
const REQUESTS = "iter8_request_count";

/**
 * The metrics of a ConfigMap in the form of Iter8 v1.0: `counter_metrics.yaml`, and `ratio_metrics.yaml` over them.
 *
 * Its counters are an `increase`, an estimate, so its metrics have values only. It knows no freshness either.
 */
export class Iter8V1Config {
  private readonly counters: Entries;
  private readonly ratios: Entries;

  /** @throws {MetricsConfigError} when the files are no lists of metrics */
  constructor(data: MetricsConfigData) {
    const read = (key: string): Entries => check(list, parseYaml(data, key), key) ?? [];
    this.counters = read("counter_metrics.yaml");
    this.ratios = read("ratio_metrics.yaml");
  }

  get names(): string[] {
    return [...this.counters, ...this.ratios].map(({ name }) => name);
  }

  /** @throws {MetricsConfigError} naming the metric and what is wrong with it */
  find(name: string): MetricDefinition | undefined {
    if (this.counters.some((entry) => entry.name === name)) {
      const { query, unit, preferred_direction } = this.counter(name, name);
      const sampleSizeTemplate = this.counters.some((entry) => entry.name === REQUESTS)
        ? this.counter(REQUESTS, name).query
        : (defaultMetrics[0]?.sampleSizeTemplate ?? query);
      return {
        name,
        queryTemplate: query,
        sampleSizeTemplate,
        isCounter: true,
        absentValue: 0,
        unit,
        ...(preferred_direction && { direction: preferred_direction }),
      };
    }
    const raw = this.ratios.find((entry) => entry.name === name);
    if (raw === undefined) return undefined;
    const entry = check(ratioEntry, raw, `metric '${name}'`, name);
    const numerator = this.counter(entry.numerator, name);
    const denominator = this.counter(entry.denominator, name);
    const isShare = entry.zero_to_one ?? false;
    return {
      name,
      queryTemplate: `(${numerator.query}) / (${denominator.query})`,
      sampleSizeTemplate: denominator.query,
      isCounter: false,
      // A share without a numerator had no event; a mean without one has no value.
      absentValue: isShare ? 0 : null,
      unit: isShare ? "" : numerator.unit,
      ...(entry.preferred_direction && { direction: entry.preferred_direction }),
    };
  }

  private counter(name: string, metric: string) {
    const raw = this.counters.find((entry) => entry.name === name);
    if (raw === undefined) {
      const detail = `counter_metrics.yaml has no '${name}', which metric '${metric}' needs`;
      throw new MetricsConfigError("FailToReadQueryTemplateForMetric", detail, metric);
    }
    const { query_template, unit, units, preferred_direction } = check(counterEntry, raw, `metric '${name}'`, metric);
    // A window that ends at the evaluation needs no offset: v1.0 has no placeholder for it.
    const query = query_template.trim().replace(/\$version_labels\b/g, "$$entity_labels");
    return { query, unit: unit ?? units ?? "", preferred_direction };
  }
}
