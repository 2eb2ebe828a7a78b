import type { QueryResult } from "../adapters/prometheus";
import {
  AnalysisError,
  queryWindow,
  readMetric,
  type FullRequest,
  type Observations,
  type Reading,
  type VectorRow,
} from "../engine/iter8";
import { PrometheusUnavailable, QueryRefused } from "./errors";
import { fillQuery } from "./template";

const VERSIONS = ["baseline", "candidate"] as const;

/** The two queries of one version and one criterion. */
interface Lookup {
  readonly version: (typeof VERSIONS)[number];
  readonly criterion: FullRequest["criteria"][number];
  readonly value: string;
  readonly sampleSize: string;
}

/**
 * Reads the metrics of both versions. The queries are sent one after the other and in Iter8's order: for each criterion
 * the baseline's value and sample size, then the candidate's.
 *
 * @param now ms since 1970
 * @param ask sends one query
 * @throws {AnalysisError} when a query cannot be made, or is refused
 * @throws {PrometheusUnavailable} when Prometheus cannot be asked
 */
export async function observe(
  request: FullRequest,
  now: number,
  ask: (promql: string) => Promise<QueryResult>,
): Promise<Observations> {
  // All are made before the first one is sent: a faulty request costs Prometheus nothing.
  const lookups = request.criteria.flatMap((_, i) => lookupsOf(request, i, now));
  const readings: Record<(typeof VERSIONS)[number], Reading[]> = { baseline: [], candidate: [] };
  for (const { version, criterion, ...queries } of lookups) {
    const value = rowsOf(await ask(queries.value));
    const sampleSize = rowsOf(await ask(queries.sampleSize));
    readings[version].push(readMetric({ value, sampleSize }, request.tags[version], criterion.absentValue));
  }
  return readings;
}

function lookupsOf(request: FullRequest, index: number, now: number): Lookup[] {
  const criterion = request.criteria[index];
  if (criterion === undefined) return [];
  const member = (name: string) => `traffic_control.success_criteria.${index}.${name}`;
  return VERSIONS.map((version) => {
    const context = { window: queryWindow(request.times[version], now), tags: request.tags[version] };
    return {
      version,
      criterion,
      value: fillQuery(criterion.valueTemplate, member("metric_query_template"), context),
      sampleSize: fillQuery(criterion.sampleSizeTemplate, member("metric_sample_size_query_template"), context),
    };
  });
}

function rowsOf(result: QueryResult): readonly VectorRow[] | undefined {
  if (result.kind === "vector") return result.rows;
  const { fault, detail, noData } = result;
  if (noData) return undefined;
  if (fault === "refused") throw new QueryRefused(detail);
  // Mostly because the query asks for a range or a text. Iter8 answers 400 to whatever it cannot read.
  if (fault === "malformed") throw new AnalysisError(detail);
  throw new PrometheusUnavailable(detail);
}
