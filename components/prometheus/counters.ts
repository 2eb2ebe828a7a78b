/** The recorded counters; the label `counter` says which one. */
export const COUNTERS = "serin:counters:last";

/** Which counters are recorded. `sampled_at` is the time of the newest sample, in seconds since 1970. */
export type Counter = "requests" | "errors" | "durations" | "milliseconds" | "bucket" | "sampled_at";

const version = "destination_workload, destination_workload_namespace";

/**
 * All counters of each version as they stand, in a single expression.
 *
 * One rule, because a rule's series are stored all at once or not at all: with one a counter, a look between two of them
 * would see errors of this evaluation and requests of the last one.
 *
 * No rate and no increase of these sums means anything: they fall when a caller restarts or goes. Their differences are for an
 * analysis that does not take a fall for evidence.
 */
export function counterExpression(matchers: string, withBuckets: boolean): string {
  const last = (series: string, more = ""): string => `last_over_time(${series}{${matchers}${more}}[1h])`;
  const sum = (expression: string, by = version): string => `sum by (${by}) (${expression})`;
  const duration = "istio_request_duration_milliseconds";
  const counters: (readonly [Counter, string])[] = [
    ["requests", sum(last("istio_requests_total"))],
    ["errors", sum(last("istio_requests_total", ',response_code=~"5.."'))],
    ["durations", sum(last(`${duration}_count`))],
    ["milliseconds", sum(last(`${duration}_sum`))],
    ["sampled_at", `max by (${version}) (timestamp(istio_requests_total{${matchers}}))`],
  ];
  if (withBuckets) counters.push(["bucket", sum(last(`${duration}_bucket`), `${version}, le`)]);
  return counters
    .map(([counter, expression]) => `label_replace(${expression}, "counter", "${counter}", "", "")`)
    .join("\nor\n");
}
