import type { MetricsObservation } from "../../engine";
import type { QuerySource } from "./client";
import type { MetricDefinition } from "./metricDefinition";
import { askAbout, needsOf, readAnswers, readObservation } from "./observation";
import type { QueryResult } from "./queryResult";
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
): Promise<MetricsObservation> {
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
): Promise<MetricsObservation> {
  const both = [versions.baseline, versions.candidate];
  const fill = (template: string) => fillTemplate(template, { start: startedAt, end: now, evaluatedAt: now }, both);
  const questions = askAbout(definitions, fill, counting);
  const needs = needsOf(questions, versions.baseline);
  const results = new Map(
    await Promise.all(
      needs.map(async ({ promql }) => [promql, await source.query(promql, { time: now, signal })] as const),
    ),
  );
  const answers = readAnswers(needs, ({ promql }) => results.get(promql) as QueryResult);
  return readObservation(questions, answers, versions, now, maxAgeMs);
}
