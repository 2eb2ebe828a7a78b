import axios from "axios";

const HANDLERS = ["/api/v1/query", "/api/v1/query_range"];

/** Sums the requests to the query API in a text of Prometheus' own metrics, whatever they were answered with. */
export function queriesIn(metrics: string): number {
  let sum = 0;
  for (const [, labels = "", value] of metrics.matchAll(/^prometheus_http_requests_total\{([^}]*)\} (\S+)$/gm)) {
    if (HANDLERS.some((handler) => labels.includes(`handler="${handler}"`))) sum += Number(value);
  }
  return sum;
}

/** How many queries a Prometheus has been asked so far. */
export async function queryCount(url: string): Promise<number> {
  const { data } = await axios.get<string>(`${url}/metrics`, { responseType: "text", timeout: 10_000 });
  return queriesIn(data);
}
