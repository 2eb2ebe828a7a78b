import { Counter, Histogram, Registry } from "prom-client";
import type { QueryOutcome } from "./analysis";

/** What the service tells Prometheus of itself. */
export interface Metrics {
  readonly registry: Registry;
  /** @param seconds from the first byte of the request to the last one of the answer */
  readonly onRequest: (route: string, status: number, seconds: number) => void;
  readonly onQuery: (outcome: QueryOutcome, seconds: number) => void;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics of one server, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "serin_analytics_requests_total",
    help: "Requests by route and status.",
    labelNames: ["route", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "serin_analytics_request_duration_seconds",
    help: "Time from a request to the end of its answer.",
    labelNames: ["route"],
    buckets: SECONDS,
    registers,
  });
  const queries = new Histogram({
    name: "serin_analytics_query_duration_seconds",
    help: "Time of a Prometheus query with its retries, by what came of it.",
    labelNames: ["outcome"],
    buckets: SECONDS,
    registers,
  });
  return {
    registry,
    onRequest(route, status, seconds) {
      requests.inc({ route, status: String(status) });
      durations.observe({ route }, seconds);
    },
    onQuery: (outcome, seconds) => queries.observe({ outcome }, seconds),
  };
}
