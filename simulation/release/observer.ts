import type { MetricCounts, MetricValues, Observation, Plan, VersionValue } from "../../engine";
import { BOUNDS } from "../traffic/bounds";
import type { VersionName } from "../traffic/scenario";
import type { Scrape, VersionCounters } from "../traffic/stream";
import { add, increase, NO_COUNTERS } from "./increase";
import { metricNamed, totalsFor, valueFor, type MetricTable, type SimulatedMetric } from "./metrics";

/** Oldest that the newest sample may be, in ms, as in the driver's defaults. */
const MAX_SAMPLE_AGE_MS = 120_000;

/** Both versions' counters. */
export type Pair = Readonly<Record<VersionName, VersionCounters>>;

const NOTHING: Pair = { baseline: NO_COUNTERS, candidate: NO_COUNTERS };

/** What can be seen of a release from its scrapes. */
export class Observer {
  /** Since the release began. */
  total: Pair = NOTHING;
  /** Between the two newest looks; nothing if no scrape came in between. */
  window: Pair = NOTHING;
  #newest: Scrape | undefined;

  /** @param start the scrape that the release counts from; undefined: the first one that comes */
  constructor(
    private readonly plan: Plan,
    private readonly metrics: MetricTable,
    start: Scrape | undefined,
  ) {
    this.#newest = start;
  }

  /**
   * What the engine gets to see.
   *
   * @param scrape the newest one there is
   */
  look(now: number, scrape: Scrape | undefined): Observation {
    this.#count(scrape);
    const newest = this.#newest;
    if (newest === undefined || now - newest.at > MAX_SAMPLE_AGE_MS) {
      const detail = "Prometheus has no recent sample.";
      return { kind: "unavailable", fault: "stale", detail };
    }
    return { kind: "values", metrics: this.plan.criteria.map(({ metric }) => this.#values(metric, newest)) };
  }

  #count(scrape: Scrape | undefined): void {
    const before = this.#newest;
    this.window = NOTHING;
    this.#newest = scrape;
    if (scrape === undefined || before === undefined) return;
    this.window = {
      baseline: increase(before.baseline, scrape.baseline),
      candidate: increase(before.candidate, scrape.candidate),
    };
    this.total = {
      baseline: add(this.total.baseline, this.window.baseline),
      candidate: add(this.total.candidate, this.window.candidate),
    };
  }

  #values(name: string, newest: Scrape): MetricValues {
    const metric = metricNamed(this.metrics, name);
    return {
      metric: name,
      isCounter: metric.kind === "counter",
      unit: metric.unit,
      baseline: seen(metric, this.total.baseline),
      candidate: seen(metric, this.total.candidate),
      ...(metric.kind === "counter" ? {} : { counts: countsOf(metric, newest) }),
    };
  }
}

function seen(metric: SimulatedMetric, counters: VersionCounters): VersionValue {
  return { value: valueFor(metric, counters), sampleSize: counters.requests };
}

/** The counts of a scrape; not of a counter. */
export function countsOf(metric: SimulatedMetric, { at, baseline, candidate }: Scrape): MetricCounts {
  return {
    kind: metric.kind === "counter" ? "ratio" : metric.kind,
    at,
    ...(metric.kind === "percentile" ? { quantile: metric.quantile, bounds: BOUNDS } : {}),
    baseline: totalsFor(metric, baseline),
    candidate: totalsFor(metric, candidate),
  };
}
