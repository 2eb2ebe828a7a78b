import type { MetricDefinition } from "./metricDefinition";

// Seen from the caller's side, as Iter8 does: only there do a version's connection errors and time-outs show, and its
// latency as users feel it. The price: a request that reaches no pod at all has destination_workload "unknown", and so
// counts for neither version.
const SELECTOR = "reporter='source',$entity_selector";
const ERRORS = `response_code=~'5..',${SELECTOR}`;

function increase(series: string, by = "$entity_labels"): string {
  return `sum(increase(${series}[$interval]$offset_str)) by (${by})`;
}

/**
 * A counter as it stands, with each series' last value of the past hour. A caller that fails to be scraped once would else
 * leave the sum and come back to it, and all that it ever counted would look like new requests.
 */
function counter(series: string, by = "$entity_labels"): string {
  return `sum(last_over_time(${series}[1h])) by (${by})`;
}

const sampleSize = increase(`istio_requests_total{${SELECTOR}}`);
const errorCount = increase(`istio_requests_total{${ERRORS}}`);
const freshness = `time() - max(timestamp(istio_requests_total{${SELECTOR}})) by ($entity_labels)`;
const duration = (what: string): string => `istio_request_duration_milliseconds_${what}{${SELECTOR}}`;
const latencySum = increase(duration("sum"));
const latencyCount = increase(duration("count"));
const latencyBuckets = increase(duration("bucket"), "$entity_labels, le");

const common = { sampleSizeTemplate: sampleSize, freshnessTemplate: freshness, isCounter: false };
const latency = { ...common, absentValue: null, unit: "ms" };

/** A percentile of the response time. */
function percentile(name: string, quantile: number): MetricDefinition {
  return {
    ...latency,
    name,
    queryTemplate: `histogram_quantile(${quantile.toFixed(2)}, ${latencyBuckets})`,
    counts: { kind: "percentile", buckets: counter(duration("bucket"), "$entity_labels, le"), quantile },
  };
}

/**
 * The metrics that need no configuration, over Istio's standard metrics (telemetry v2): the mean, 90th and 99th
 * percentile of the response time, the number of answers 5xx, and their share of all requests (0 to 1).
 */
export const defaultMetrics: readonly MetricDefinition[] = [
  {
    ...latency,
    name: "iter8_latency",
    queryTemplate: `(${latencySum}) / (${latencyCount})`,
    counts: { kind: "mean", total: counter(duration("count")), part: counter(duration("sum")) },
  },
  percentile("iter8_90_perc_latency", 0.9),
  percentile("iter8_99_perc_latency", 0.99),
  { ...common, name: "iter8_error_count", queryTemplate: errorCount, isCounter: true, absentValue: 0, unit: "" },
  {
    ...common,
    name: "iter8_error_rate",
    queryTemplate: `(${errorCount}) / (${sampleSize})`,
    absentValue: 0,
    unit: "",
    counts: {
      kind: "ratio",
      total: counter(`istio_requests_total{${SELECTOR}}`),
      part: counter(`istio_requests_total{${ERRORS}}`),
    },
  },
];
