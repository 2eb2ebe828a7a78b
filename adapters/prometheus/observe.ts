import type { Fault, MetricValues, Observation } from "../../engine";
import type { QuerySource } from "./client";
import { staleness } from "./freshness";
import type { MetricDefinition } from "./metricDefinition";
import type { Row } from "./queryResult";
import { labelFault, pick, versionValue } from "./rows";
import { fillTemplate, type VersionLabels } from "./template";

/** The two Deployments of a release, by name, and their namespace. */
export interface Versions {
  readonly baseline: string;
  readonly candidate: string;
  readonly namespace: string;
}

/** What singles out each version's rows: the same label names in the same order, with different values. */
export interface LabelledVersions {
  readonly baseline: VersionLabels;
  readonly candidate: VersionLabels;
}

export interface ObserveOptions {
  /** The newest sample may be this old, in ms; best twice the scrape interval or more. Default: 60000. */
  readonly maxAgeMs?: number;
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
  { baseline, candidate, namespace }: Versions,
  startedAt: number,
  now: number,
  options: ObserveOptions = {},
): Promise<Observation> {
  const labels = (workload: string): VersionLabels => {
    return { destination_workload: workload, destination_workload_namespace: namespace };
  };
  const versions = { baseline: labels(baseline), candidate: labels(candidate) };
  return observeLabelled(source, definitions, versions, startedAt, now, options);
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
  { maxAgeMs = 60_000, signal }: ObserveOptions = {},
): Promise<Observation> {
  const window = { start: startedAt, end: now, evaluatedAt: now };
  const both = [versions.baseline, versions.candidate];
  const asked = definitions.map((definition) => ({
    definition,
    value: fillTemplate(definition.queryTemplate, window, both),
    sampleSize: fillTemplate(definition.sampleSizeTemplate, window, both),
    freshness:
      definition.freshnessTemplate === undefined ? undefined : fillTemplate(definition.freshnessTemplate, window, both),
  }));

  // The metric that a query is first needed for, so that a fault of its answer can name it.
  const neededBy = new Map<string, string>();
  for (const { definition, value, sampleSize, freshness } of asked) {
    for (const query of [value, sampleSize, freshness]) {
      if (query !== undefined && !neededBy.has(query)) neededBy.set(query, definition.name);
    }
  }
  const results = await Promise.all(
    [...neededBy].map(async ([query, metric]) => {
      return { query, metric, result: await source.query(query, { time: now, signal }) };
    }),
  );
  const answers = new Map<string, readonly Row[]>();
  for (const { query, metric, result } of results) {
    if (result.kind === "fault") return unavailable(result.fault, result.detail);
    const fault = labelFault(result.rows, versions.baseline);
    if (fault !== undefined) return unavailable("malformed", `metric ${metric} cannot be read: ${fault}`);
    answers.set(query, result.rows);
  }
  const read = (query: string, version: VersionLabels): number | undefined => pick(answers.get(query) ?? [], version);

  const metrics = asked.map(({ definition, value, sampleSize }): MetricValues => {
    const [baseline, candidate] = [versions.baseline, versions.candidate].map((version) =>
      versionValue(read(value, version), read(sampleSize, version), definition.absentValue),
    ) as [MetricValues["baseline"], MetricValues["candidate"]];
    const { name: metric, isCounter, unit } = definition;
    return { metric, isCounter, unit, baseline, candidate };
  });
  for (const [i, { freshness }] of asked.entries()) {
    if (freshness === undefined) continue;
    const { baseline, candidate } = metrics[i] as MetricValues;
    const hadRequests = baseline.sampleSize > 0 || candidate.sampleSize > 0;
    const why = staleness({ ages: both.map((version) => read(freshness, version)), hadRequests }, maxAgeMs);
    if (why !== undefined) return unavailable("stale", why);
  }
  return { kind: "values", metrics };
}

function unavailable(fault: Fault, detail: string): Observation {
  return { kind: "unavailable", fault, detail: `${detail}.` };
}
