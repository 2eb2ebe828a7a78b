import type { Fault, MetricValues, Observation } from "../../engine";
import type { QuerySource } from "./client";
import { counterQueries, fillCounts, readCounts, type CounterQuery } from "./counts";
import { newestSampleAt, staleness } from "./freshness";
import type { MetricDefinition } from "./metricDefinition";
import type { QueryResult, Row } from "./queryResult";
import { labelFault, pick, versionValue } from "./rows";
import { fillTemplate } from "./template";
import { istioLabels, type LabelledVersions, type Versions } from "./versions";

export interface ObserveOptions {
  /** The newest sample may be this old, in ms; best twice the scrape interval or more. Default: 60000. */
  readonly maxAgeMs?: number;
  /** Whether to ask for the counters behind the metrics, too, for an analysis that counts. Default: false. */
  readonly counts?: boolean;
  /** Gives the observation up; its promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * What Prometheus shows of two Deployments behind Istio from `startedAt` to `now`.
 *
 * @param definitions one a criterion, in the criteria's order
 * @param startedAt ms since 1970; one second is looked at when it is not before `now`
 * @param now ms since 1970
 */
export async function observe(
  source: QuerySource,
  definitions: readonly MetricDefinition[],
  versions: Versions,
  startedAt: number,
  now: number,
  options: ObserveOptions = {},
): Promise<Observation> {
  return observeLabelled(source, definitions, istioLabels(versions), startedAt, now, options);
}

/**
 * As {@link observe}, for versions that other labels tell apart.
 *
 * Every distinct query is asked once, for both versions and evaluated at `now`, so that all values are of the very same
 * time. The first fault, in the order of the definitions, makes the whole observation unavailable: a verdict on a part
 * of the criteria would be none.
 */
export async function observeLabelled(
  source: QuerySource,
  definitions: readonly MetricDefinition[],
  versions: LabelledVersions,
  startedAt: number,
  now: number,
  { maxAgeMs = 60_000, counts: counting = false, signal }: ObserveOptions = {},
): Promise<Observation> {
  const both = [versions.baseline, versions.candidate];
  const fill = (template: string) => fillTemplate(template, { start: startedAt, end: now, evaluatedAt: now }, both);
  const asked = definitions.map((definition) => ({
    definition,
    value: fill(definition.queryTemplate),
    sampleSize: fill(definition.sampleSizeTemplate),
    freshness: definition.freshnessTemplate === undefined ? undefined : fill(definition.freshnessTemplate),
    counts: counting && definition.counts !== undefined ? fillCounts(definition.counts, fill) : undefined,
  }));

  const labels = versions.baseline;
  const needs = asked.flatMap(({ definition, value, sampleSize, freshness, counts }): Need[] =>
    [
      ...[value, sampleSize, ...(freshness === undefined ? [] : [freshness])].map((promql) => ({ promql, labels })),
      ...(counts === undefined ? [] : counterQueries(counts, labels)),
    ].map((query) => ({ ...query, metric: definition.name })),
  );
  const answers = await askOnce(source, needs, now, signal);
  if ("fault" in answers) return unavailable(answers.fault, answers.detail);
  const rowsOf = (query: string): readonly Row[] => answers.rows.get(query) ?? [];

  const metrics: MetricValues[] = [];
  const stale: string[] = [];
  for (const { definition, value, sampleSize, freshness, counts } of asked) {
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

/** A query, and what it is needed for. */
interface Need extends CounterQuery {
  readonly metric: string;
}

type Answers =
  { readonly rows: ReadonlyMap<string, readonly Row[]> } | { readonly fault: Fault; readonly detail: string };

/** The answers by query, each asked once; or the first fault in the order of the needs, named after the first need. */
async function askOnce(
  source: QuerySource,
  needs: readonly Need[],
  time: number,
  signal: AbortSignal | undefined,
): Promise<Answers> {
  const first = needs.filter(({ promql }, i) => needs.findIndex((need) => need.promql === promql) === i);
  const results = await Promise.all(first.map(({ promql }) => source.query(promql, { time, signal })));
  const rows = new Map<string, readonly Row[]>();
  for (const [i, { promql, metric, labels }] of first.entries()) {
    const result = results[i] as QueryResult;
    if (result.kind === "fault") return result;
    const fault = labelFault(result.rows, labels);
    if (fault !== undefined) return { fault: "malformed", detail: `metric ${metric} cannot be read: ${fault}` };
    rows.set(promql, result.rows);
  }
  return { rows };
}

function unavailable(fault: Fault, detail: string): Observation {
  return { kind: "unavailable", fault, detail: `${detail}.` };
}
