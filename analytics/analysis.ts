import type { QueryResult, QuerySource } from "../adapters/prometheus";
import type { RandomSource } from "../engine";
import { analyze, readRequest, type Algorithm, type AnalysisAnswer } from "../engine/iter8";
import { checkBodySize } from "./bodySize";
import { PrometheusUnavailable } from "./errors";
import type { Gate } from "./gate";
import { observe } from "./observe";
import { parseTime } from "./time";

/** How a query ended, for the metrics. */
export type QueryOutcome = "answered" | "fault" | "givenUp";

/** What analyses work with. They share nothing else, and remember nothing. */
export interface AnalysisTools {
  readonly source: QuerySource;
  /** Bounds the queries that all analyses have under way. */
  readonly gate: Gate;
  /** Longest time for all queries of one analysis, in ms. */
  readonly queryMs: number;
  /** Ms since 1970. */
  readonly now: () => number;
  readonly random: RandomSource;
  /** Told of every query when it is over. */
  readonly onQuery: (outcome: QueryOutcome, seconds: number) => void;
}

/**
 * Answers a request to one of Iter8 v0.1's algorithms.
 *
 * @param body the parsed JSON, whatever it is
 * @throws {AnalysisError} when nothing can be concluded from it
 * @throws {PrometheusUnavailable} when Prometheus cannot be asked, or takes too long
 */
export async function answer(algorithm: Algorithm, body: unknown, tools: AnalysisTools): Promise<AnalysisAnswer> {
  checkBodySize(body);
  const now = tools.now();
  const request = readRequest(algorithm, body, parseTime);
  const signal = AbortSignal.timeout(tools.queryMs);
  const observations = await observe(request, now, (promql) => ask(promql, signal, tools));
  return analyze(algorithm, request, observations, now, tools.random);
}

async function ask(promql: string, signal: AbortSignal, tools: AnalysisTools): Promise<QueryResult> {
  const { source, gate, queryMs, onQuery } = tools;
  const seconds = stopwatch();
  try {
    return await gate.run(async () => {
      const sent = stopwatch();
      const result = await source.query(promql, { signal });
      onQuery(result.kind === "vector" ? "answered" : "fault", sent());
      return result;
    }, signal);
  } catch (cause) {
    if (!signal.aborted) throw cause;
    onQuery("givenUp", seconds());
    throw new PrometheusUnavailable(`Prometheus did not answer all queries within ${queryMs / 1000} s`, { cause });
  }
}

/** Seconds since it was made. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}
