import { defaultMetrics } from "../../adapters/prometheus/defaultMetrics";
import type { CountsDefinition, MetricDefinition } from "../../adapters/prometheus/metricDefinition";
import { COUNTERS, type Counter } from "./counters";
import { toYaml } from "./prometheusConfig";

/**
 * The built-in metrics for a Prometheus that records the counters (`recordingRules.counters`), as data of the ConfigMap
 * `iter8config-metrics`: an analysis that counts, the history of the baseline and the age of the samples then cost a few
 * rows. Values and sample sizes are asked for as without rules, because no recorded sum has an `increase`.
 *
 * What is counted is the same; it is known up to one `evaluationInterval` later.
 *
 * @param options `buckets`: whether histograms are recorded; if not, percentiles are counted from the callers' own
 * @example new k8s.core.v1.ConfigMap("metrics", { metadata: { name: "iter8config-metrics", namespace: "bookinfo" }, data: recordedMetrics() });
 */
export function recordedMetrics({ buckets = true }: { readonly buckets?: boolean } = {}): Record<
  "metrics" | "query_templates",
  string
> {
  const entries = defaultMetrics.map((metric) => entryOf(metric, buckets));
  return {
    query_templates: toYaml(Object.assign({}, ...entries.map(({ templates }) => templates))),
    metrics: toYaml(entries.map(({ entry }) => entry)),
  };
}

interface Entry {
  readonly entry: Readonly<Record<string, unknown>>;
  readonly templates: Readonly<Record<string, string>>;
}

function entryOf(metric: MetricDefinition, buckets: boolean): Entry {
  const { name, isCounter, absentValue, unit, queryTemplate, sampleSizeTemplate, counts } = metric;
  const counted = counts && countedBy(counts, name, buckets);
  return {
    entry: {
      name,
      is_counter: isCounter,
      absent_value: absentValue ?? "None",
      unit,
      sample_size_query_template: "sample_size",
      freshness_query_template: "sample_age",
      ...counted?.entry,
    },
    templates: {
      [name]: queryTemplate,
      sample_size: sampleSizeTemplate,
      sample_age: `time() - max(${recorded("sampled_at")}) by ($entity_labels)`,
      ...counted?.templates,
    },
  };
}

function countedBy(counts: CountsDefinition, metric: string, buckets: boolean): Entry {
  const { kind } = counts;
  if (kind === "percentile") {
    const template = buckets ? "recorded_buckets" : `${metric}_buckets`;
    return {
      entry: { kind, quantile: counts.quantile, buckets_query_template: template },
      templates: { [template]: buckets ? summed("bucket", ", le") : counts.buckets },
    };
  }
  const [total, part]: readonly [Counter, Counter] =
    kind === "ratio" ? ["requests", "errors"] : ["durations", "milliseconds"];
  return {
    entry: { kind, total_query_template: `recorded_${total}`, part_query_template: `recorded_${part}` },
    templates: { [`recorded_${total}`]: summed(total), [`recorded_${part}`]: summed(part) },
  };
}

const recorded = (counter: Counter): string => `${COUNTERS}{counter="${counter}",$entity_selector}`;

const summed = (counter: Counter, by = ""): string => `sum(${recorded(counter)}) by ($entity_labels${by})`;
