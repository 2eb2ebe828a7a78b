import { stringify } from "yaml";

/** What every metric has. Queries are PromQL with placeholders such as `$interval`; see the guide on metrics. */
interface MetricBase {
  /** Its value for each version. */
  readonly query: string;
  /** The number of requests behind the value. */
  readonly sampleSizeQuery: string;
  /** Age of the newest sample, in seconds; without it, stale data goes unnoticed. @default none */
  readonly freshnessQuery?: string;
  /** Whether the value grows with traffic; such a metric takes a threshold only. @default false */
  readonly isCounter?: boolean;
  /** The value of a version that had requests but has no row. @default no value */
  readonly absentValue?: number;
  /** Shown behind values, such as `ms`. @default none */
  readonly unit?: string;
  /** Which values are good. @default "lower" */
  readonly preferredDirection?: "lower" | "higher";
}

/** A metric that has values only, and so needs analysis mode `point`. @inline */
interface ValueMetricArgs extends MetricBase {
  /** Left out. @default none */
  readonly kind?: undefined;
}

/** A share of the requests, or their mean, as counters. @inline */
interface QuotientMetricArgs extends MetricBase {
  /** `ratio`: events by requests; `mean`: sum of values by requests. */
  readonly kind: "ratio" | "mean";
  /** The counter of requests. */
  readonly totalQuery: string;
  /** The counter of events, or of the sum. */
  readonly partQuery: string;
}

/** A percentile, as the buckets of a histogram. @inline */
interface PercentileMetricArgs extends MetricBase {
  /** That it is a percentile. */
  readonly kind: "percentile";
  /** The buckets, `by ($entity_labels, le)`. */
  readonly bucketsQuery: string;
  /** Share of the requests at or under the value, between 0 and 1, such as `0.99`. */
  readonly quantile: number;
}

/** A metric of one's own, by which releases may be judged. */
export type MetricArgs = ValueMetricArgs | QuotientMetricArgs | PercentileMetricArgs;

/** What the ConfigMap calls a query, by the argument that it comes from. */
const references = {
  sampleSizeQuery: "sample_size_query_template",
  freshnessQuery: "freshness_query_template",
  totalQuery: "total_query_template",
  partQuery: "part_query_template",
  bucketsQuery: "buckets_query_template",
} as const;

type Reference = keyof typeof references;

/** `data` of the ConfigMap `iter8config-metrics` with these metrics. */
export function metricsData(metrics: Readonly<Record<string, MetricArgs>>): Record<string, string> {
  const all = Object.entries(metrics);
  return {
    query_templates: stringify(Object.fromEntries(all.flatMap(([name, metric]) => templatesOf(name, metric)))),
    metrics: stringify(all.map(([name, metric]) => definitionOf(name, metric))),
  };
}

function templatesOf(name: string, metric: MetricArgs): [string, string][] {
  return [
    [name, metric.query],
    ...queriesOf(metric).map(([key, query]): [string, string] => [templateName(name, key), query]),
  ];
}

function definitionOf(name: string, metric: MetricArgs): Record<string, unknown> {
  const { isCounter, absentValue, unit, preferredDirection, kind } = metric;
  return {
    name,
    is_counter: isCounter ?? false,
    absent_value: absentValue ?? "None",
    ...(unit === undefined ? {} : { unit }),
    ...(preferredDirection === undefined ? {} : { preferred_direction: preferredDirection }),
    ...(kind === undefined ? {} : { kind }),
    ...(metric.kind === "percentile" ? { quantile: metric.quantile } : {}),
    ...Object.fromEntries(queriesOf(metric).map(([key]) => [references[key], templateName(name, key)])),
  };
}

function queriesOf(metric: MetricArgs): [Reference, string][] {
  const given = metric as Partial<Record<Reference, string>>;
  return (Object.keys(references) as Reference[]).flatMap((key): [Reference, string][] => {
    const query = given[key];
    return query === undefined ? [] : [[key, query]];
  });
}

/** With a character that names of metrics have not, so that it is never the name of one. */
function templateName(metric: string, key: Reference): string {
  return `${metric}/${references[key].replace("_query_template", "")}`;
}
