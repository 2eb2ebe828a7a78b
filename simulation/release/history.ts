import type { HistoryWindow, MetricHistory, Plan } from "../../engine";
import { BOUNDS } from "../traffic/bounds";
import type { Scrape } from "../traffic/stream";
import { increase, wasReset } from "./increase";
import { metricNamed, totalsFor, type MetricTable, type SimulatedMetric } from "./metrics";
import { countsOf } from "./observer";

/**
 * The baseline's past, one entry a criterion, in windows as long as the plan's interval that end when the release begins.
 * Windows with a restart, or without a new scrape, are left out.
 *
 * @param scrapes oldest first, the last one of the release's beginning; without any nothing is known
 */
export function historyOf(
  { criteria, traffic }: Plan,
  scrapes: readonly Scrape[],
  metrics: MetricTable,
): readonly (MetricHistory | undefined)[] {
  const spans = spansOf(scrapes, traffic.intervalMs);
  const newest = scrapes[scrapes.length - 1];
  return criteria.map(({ metric: name }) => {
    const metric = metricNamed(metrics, name);
    if (metric.kind === "counter" || newest === undefined) return undefined;
    return {
      metric: name,
      kind: metric.kind,
      ...(metric.kind === "percentile" ? { quantile: metric.quantile, bounds: BOUNDS } : {}),
      windowMs: traffic.intervalMs,
      windows: spans.map(([from, to]) => windowOf(metric, from, to)),
      counts: countsOf(metric, newest),
    };
  });
}

function windowOf(metric: SimulatedMetric, from: Scrape, to: Scrape): HistoryWindow {
  return totalsFor(metric, increase(from.baseline, to.baseline));
}

/** The pairs of scrapes that windows lie between, oldest first. */
function spansOf(scrapes: readonly Scrape[], windowMs: number): readonly (readonly [Scrape, Scrape])[] {
  // A window ends with the newest scrape in it; one without any is a part of the next.
  const ends = [...new Map(scrapes.map((scrape) => [Math.ceil(scrape.at / windowMs), scrape])).values()];
  return ends
    .slice(1)
    .map((to, i) => [ends[i] as Scrape, to] as const)
    .filter(([from, to]) => !wasReset(from.baseline, to.baseline));
}
