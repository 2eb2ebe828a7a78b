import type { RangeSource } from "./client";
import type { MetricDefinition } from "./metricDefinition";
import { askAboutPast, lastWindow, readHistory, spanOf, type History } from "./past";
import type { RangeResult } from "./rangeResult";
import { fillTemplate } from "./template";
import { istioLabels, type LabelledVersions, type Versions } from "./versions";

export type { History } from "./past";

export interface HistoryOptions {
  /** Length of a window in ms, at least 1000; best the time from one look to the next. */
  readonly windowMs: number;
  /** How many windows to look back, 1 to 10000. Default: 120. */
  readonly windows?: number;
  /** The newest sample may be this old, in ms, to count from it. Default: 60000. */
  readonly maxAgeMs?: number;
  /** Gives the history up; its promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * What the counters of two Deployments behind Istio did before a release that begins at `now`.
 *
 * A history makes an analysis more sensitive, but none needs it: whatever goes wrong only makes it undefined.
 *
 * @param now ms since 1970
 */
export async function observeHistory(
  source: RangeSource,
  definitions: readonly MetricDefinition[],
  versions: Versions,
  now: number,
  options: HistoryOptions,
): Promise<History> {
  return observeHistoryLabelled(source, definitions, istioLabels(versions), now, options);
}

/** As {@link observeHistory}, for versions that other labels tell apart. */
export async function observeHistoryLabelled(
  source: RangeSource,
  definitions: readonly MetricDefinition[],
  versions: LabelledVersions,
  now: number,
  { windowMs, windows = 120, maxAgeMs = 60_000, signal }: HistoryOptions,
): Promise<History> {
  const span = spanOf(now, windowMs, windows);
  const fill = (template: string) => fillTemplate(template, lastWindow(span), [versions.baseline, versions.candidate]);
  const pasts = askAboutPast(definitions, versions, fill);
  const asking = new Map<string, Promise<RangeResult>>();
  for (const { promql } of pasts.flatMap(({ queries }) => queries)) {
    if (!asking.has(promql)) asking.set(promql, source.queryRange(promql, { ...span, signal }));
  }
  const results = new Map(
    await Promise.all([...asking].map(async ([promql, result]) => [promql, await result] as const)),
  );
  return readHistory(pasts, ({ promql }) => results.get(promql) as RangeResult, versions, span, maxAgeMs);
}
