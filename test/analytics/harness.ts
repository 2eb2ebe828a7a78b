import type { FastifyInstance } from "fastify";
import type { QueryResult, QuerySource } from "../../adapters/prometheus";
import { createLog, type LogLevel } from "../../adapters/log";
import { createServer, type Limits, type ServerOptions } from "../../analytics";

export const NOW = Date.parse("2020-05-22T11:00:00Z");
export const LIMITS: Limits = { bodyBytes: 1024 * 1024, queryMs: 5000, queries: 16 };

export const PATH = "/api/v1/experiment/check_and_increment";

export const NO_ROWS: QueryResult = { kind: "vector", rows: [] };

/** Answers all queries alike, and keeps them. */
export function sourceOf(
  answer: (promql: string, signal: AbortSignal | undefined) => QueryResult | Promise<QueryResult> = () => NO_ROWS,
): QuerySource & { readonly queries: string[] } {
  const queries: string[] = [];
  return {
    queries,
    query: async (promql, options) => {
      queries.push(promql);
      return answer(promql, options?.signal);
    },
  };
}

/** A server that does not listen, and the lines of its log. */
export async function serverWith(
  options: Partial<ServerOptions> & { readonly logLevel?: LogLevel } = {},
): Promise<{ app: FastifyInstance; lines: string[] }> {
  const lines: string[] = [];
  const { logLevel = "debug", ...rest } = options;
  const log = createLog(logLevel, "json", (line) => void lines.push(line));
  const app = await createServer({ source: sourceOf(), log, limits: LIMITS, now: () => NOW, ...rest });
  return { app, lines };
}

export const TAGS = { destination_service_namespace: "default", destination_workload: "reviews-v1" };

export const CRITERION = {
  metric_name: "m",
  is_counter: false,
  metric_query_template: "sum(increase(m[$interval]$offset_str)) by ($entity_labels)",
  metric_sample_size_query_template: "sum(increase(n[$interval]$offset_str)) by ($entity_labels)",
  type: "threshold",
  value: 0.2,
};

/** A request that is answered, with other members in it. */
export function requestBody(rest: object = {}, criterion: object = {}) {
  const start_time = "2020-05-22T10:00:00Z";
  return {
    name: "exp",
    baseline: { start_time, tags: TAGS },
    candidate: { start_time, tags: { ...TAGS, destination_workload: "reviews-v3" } },
    traffic_control: { success_criteria: [{ ...CRITERION, ...criterion }] },
    _last_state: {},
    ...rest,
  };
}
