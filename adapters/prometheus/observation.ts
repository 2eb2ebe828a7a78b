import type { Fault, MetricValues, MetricsObservation } from "../../engine";
import { counterQueries, fillCounts, readCounts, type CounterQuery } from "./counts";
import { newestSampleAt, staleness } from "./freshness";
import type { CountsDefinition, MetricDefinition } from "./metricDefinition";
import type { QueryResult, Row } from "./queryResult";
import { labelFault, pick, versionValue } from "./rows";
import type { VersionLabels } from "./template";
import type { LabelledVersions } from "./versions";

/** A metric, and the queries that it is read by. */
export interface Question {
  readonly definition: MetricDefinition;
  readonly value: string;
  readonly sampleSize: string;
  readonly freshness: string | undefined;
  readonly counts: CountsDefinition | undefined;
}

/** A query, and what it is needed for. */
export interface Need extends CounterQuery {
  readonly metric: string;
}

/** The rows by query; or why there is no observation to be had. */
export type Answers =
  { readonly rows: ReadonlyMap<string, readonly Row[]> } | { readonly fault: Fault; readonly detail: string };

/** What is to be asked about each metric, with the templates filled in; about the counters only when counting. */
export function askAbout(
  definitions: readonly MetricDefinition[],
  fill: (template: string) => string,
  counting: boolean,
): Question[] {
  return definitions.map((definition) => ({
    definition,
    value: fill(definition.queryTemplate),
    sampleSize: fill(definition.sampleSizeTemplate),
    freshness: definition.freshnessTemplate === undefined ? undefined : fill(definition.freshnessTemplate),
    counts: counting && definition.counts !== undefined ? fillCounts(definition.counts, fill) : undefined,
  }));
}

/** Each distinct query once, in the order and by the name of the first metric that needs it. */
export function needsOf(questions: readonly Question[], labels: VersionLabels): Need[] {
  const needs = new Map<string, Need>();
  for (const { definition, value, sampleSize, freshness, counts } of questions) {
    const queries = [value, sampleSize, ...(freshness === undefined ? [] : [freshness])];
    for (const query of [
      ...queries.map((promql) => ({ promql, labels })),
      ...(counts === undefined ? [] : counterQueries(counts, labels)),
    ]) {
      if (!needs.has(query.promql)) needs.set(query.promql, { ...query, metric: definition.name });
    }
  }
  return [...needs.values()];
}

/**
 * The rows of all needs; or the first fault in their order.
 *
 * @param labelFaultOf what is wrong with the labels of a need's rows, if it is not to be told by the rows alone
 */
export function readAnswers(
  needs: readonly Need[],
  resultOf: (need: Need) => QueryResult,
  labelFaultOf = ({ labels }: Need, rows: readonly Row[]): string | undefined => labelFault(rows, labels),
): Answers {
  const rows = new Map<string, readonly Row[]>();
  for (const need of needs) {
    const result = resultOf(need);
    if (result.kind === "fault") return result;
    const fault = labelFaultOf(need, result.rows);
    if (fault !== undefined) return { fault: "malformed", detail: `metric ${need.metric} cannot be read: ${fault}` };
    rows.set(need.promql, result.rows);
  }
  return { rows };
}

/**
 * What the answers say of both versions.
 *
 * @param now when the queries were evaluated, in ms since 1970
 * @param maxAgeMs the newest sample may be this old
 */
export function readObservation(
  questions: readonly Question[],
  answers: Answers,
  versions: LabelledVersions,
  now: number,
  maxAgeMs: number,
): MetricsObservation {
  if ("fault" in answers) return unavailable(answers.fault, answers.detail);
  const rowsOf = (query: string): readonly Row[] => answers.rows.get(query) ?? [];
  const both = [versions.baseline, versions.candidate];
  const metrics: MetricValues[] = [];
  const stale: string[] = [];
  for (const { definition, value, sampleSize, freshness, counts } of questions) {
    const [baseline, candidate] = both.map((version) =>
      versionValue(pick(rowsOf(value), version), pick(rowsOf(sampleSize), version), definition.absentValue),
    ) as [MetricValues["baseline"], MetricValues["candidate"]];
    const hadRequests = { baseline: baseline.sampleSize > 0, candidate: candidate.sampleSize > 0 };
    const ages = freshness === undefined ? [] : both.map((version) => pick(rowsOf(freshness), version));
    const read = counts && readCounts(counts, rowsOf, versions, newestSampleAt(ages, now), hadRequests);
    const { name: metric, isCounter, unit } = definition;
    if (typeof read === "string") return unavailable("malformed", `metric ${metric} cannot be counted: ${read}`);
    metrics.push({ metric, isCounter, unit, baseline, candidate, ...(read && { counts: read }) });
    if (freshness === undefined) continue;
    const why = staleness({ ages, hadRequests: hadRequests.baseline || hadRequests.candidate }, maxAgeMs);
    if (why !== undefined) stale.push(why);
  }
  const [why] = stale;
  return why === undefined ? { kind: "values", metrics } : unavailable("stale", why);
}

function unavailable(fault: Fault, detail: string): MetricsObservation {
  return { kind: "unavailable", fault, detail: `${detail}.` };
}
