import type { MetricDefinition } from "./metricDefinition";

// Seen from the caller's side, as Iter8 does: only there do a version's connection errors and time-outs show, and its
// latency as users feel it. The price: a request that reaches no pod at all has destination_workload "unknown", and so
// counts for neither version.
const SELECTOR = "reporter='source',$entity_selector";
const ERRORS = `response_code=~'5..',${SELECTOR}`;

function increase(series: string, by = "$entity_labels"): string {
  return `sum(increase(${series}[$interval]$offset_str)) by (${by})`;
}

const sampleSize = increase(`istio_requests_total{${SELECTOR}}`);
const errorCount = increase(`istio_requests_total{${ERRORS}}`);
const freshness = `time() - max(timestamp(istio_requests_total{${SELECTOR}})) by ($entity_labels)`;
const latencySum = increase(`istio_request_duration_milliseconds_sum{${SELECTOR}}`);
const latencyCount = increase(`istio_request_duration_milliseconds_count{${SELECTOR}}`);
const latencyBuckets = increase(`istio_request_duration_milliseconds_bucket{${SELECTOR}}`, "$entity_labels, le");

const common = { sampleSizeTemplate: sampleSize, freshnessTemplate: freshness, isCounter: false };
const latency = { ...common, absentValue: null, unit: "ms" };

/**
 * The metrics that need no configuration, over Istio's standard metrics (telemetry v2): the mean, 90th and 99th
 * percentile of the response time, the number of answers 5xx, and their share of all requests (0 to 1).
 */
export const defaultMetrics: readonly MetricDefinition[] = [
  { ...latency, name: "iter8_latency", queryTemplate: `(${latencySum}) / (${latencyCount})` },
  { ...latency, name: "iter8_90_perc_latency", queryTemplate: `histogram_quantile(0.90, ${latencyBuckets})` },
  { ...latency, name: "iter8_99_perc_latency", queryTemplate: `histogram_quantile(0.99, ${latencyBuckets})` },
  { ...common, name: "iter8_error_count", queryTemplate: errorCount, isCounter: true, absentValue: 0, unit: "" },
  {
    ...common,
    name: "iter8_error_rate",
    queryTemplate: `(${errorCount}) / (${sampleSize})`,
    absentValue: 0,
    unit: "",
  },
];
