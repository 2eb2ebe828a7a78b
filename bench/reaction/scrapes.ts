import axios from "axios";
import type { RangeSeries } from "../../adapters/prometheus";
import { parseMatrix } from "../../adapters/prometheus/rangeResult";
import type { Release } from "../scale/load/releases";

/** The scraped samples of all counters of errors, as they are and with the times of their scrapes. */
export async function errorSamples(prometheusUrl: string, sinceMs: number): Promise<readonly RangeSeries[]> {
  const seconds = Math.ceil((Date.now() - sinceMs) / 1000);
  const { data } = await axios.get<string>(`${prometheusUrl}/api/v1/query`, {
    params: { query: `istio_requests_total{response_code="503"}[${seconds}s]` },
    responseType: "text",
    transformResponse: (body: unknown) => body,
    timeout: 30_000,
  });
  const answer = parseMatrix(data, "Prometheus");
  if (answer.kind === "fault") throw new Error(answer.detail);
  return answer.series;
}

/**
 * When the first scrape was, in ms since 1970, that shows errors of a release's candidate: the first sample above the one
 * before it. Undefined when no scrape shows any.
 */
export function firstBadScrape(
  { namespace, candidate }: Pick<Release, "namespace" | "candidate">,
  all: readonly RangeSeries[],
): number | undefined {
  const own = all.find(
    ({ labels }) =>
      labels["destination_workload"] === candidate && labels["destination_workload_namespace"] === namespace,
  );
  return own?.points.find(({ value }, i, points) => value > (points[i - 1]?.value ?? 0))?.time;
}
