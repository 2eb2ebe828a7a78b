import type { MetricCounts, MetricHistory, Totals } from "../observation";
import { batchMoments } from "../statistics/batchMoments";

/** What the baseline usually shows of one metric, from its past. */
export interface Usual {
  readonly metric: string;
  readonly kind: MetricCounts["kind"];
  readonly quantile?: number;
  readonly bounds?: readonly number[];
  readonly requestsPerSecond: number;
  /** ratio: share of events. */
  readonly share: number;
  /** mean: value, and standard deviation of one request's value as far as batches show it. */
  readonly mean: number;
  readonly deviation: number;
  /** percentile: share of requests at most as slow as each bound. */
  readonly cumulative: readonly number[];
}

/** What has never been seen is not impossible: it counts for half an event. */
const HALF_AN_EVENT = 0.5;

/** Undefined without a window that had requests. */
export function usualOf(history: MetricHistory | undefined): Usual | undefined {
  const windows = history?.windows.filter(({ requests }) => requests > 0) ?? [];
  if (history === undefined || windows.length === 0) return undefined;
  const total = (of: (window: (typeof windows)[number]) => number) => windows.reduce((sum, w) => sum + of(w), 0);
  const requests = total((w) => w.requests);
  return {
    metric: history.metric,
    kind: history.kind,
    ...(history.quantile === undefined ? {} : { quantile: history.quantile }),
    ...(history.bounds === undefined ? {} : { bounds: history.bounds }),
    requestsPerSecond: (requests * 1000) / (history.windows.length * history.windowMs),
    share:
      Math.max(
        HALF_AN_EVENT,
        total((w) => w.events),
      ) / requests,
    ...batchMoments(windows),
    cumulative: (history.bounds ?? []).map((_, i) => {
      return (
        Math.min(
          requests - HALF_AN_EVENT,
          total((w) => w.buckets?.[i] ?? 0),
        ) / requests
      );
    }),
  };
}

/** A change of the candidate's metric, and how lucky it is. */
export interface Regression {
  /** The candidate's value (mean) or its share of events (ratio, percentile's tail), as a multiple of the baseline's. */
  readonly factor: number;
  /** Standard deviations by which what is seen of the candidate falls short of what is expected; 0: just as expected. */
  readonly luck: number;
}

/** Counts of a version that behaves as usual. */
export function expectedTotals(usual: Usual, requests: number): Totals {
  return {
    requests,
    events: requests * usual.share,
    sum: requests * usual.mean,
    ...(usual.kind === "percentile" ? { buckets: usual.cumulative.map((share) => share * requests) } : {}),
  };
}

/**
 * Cumulative counts of a candidate with a regression: the expectation, less its luck. For a mean the batches also scatter as the
 * baseline's do, since their scatter is what the test measures by.
 *
 * @param batches requests of each batch so far
 * @param baselineRequests of the same time; the scatter of its means, which are as expected here, is the candidate's as well
 */
export function candidateTotals(
  usual: Usual,
  batches: readonly number[],
  baselineRequests: number,
  { factor, luck }: Regression,
): Totals {
  const requests = batches.reduce((sum, batch) => sum + batch, 0);
  if (usual.kind === "mean") {
    // Every other batch is as much too slow as the next one is too fast.
    const scatter = batches.length % 2 === 0 ? 0 : Math.sqrt(batches.at(-1) ?? 0);
    const both = baselineRequests > 0 ? Math.sqrt(1 + requests / baselineRequests) : 1;
    const noise = both * usual.deviation * (scatter - luck * Math.sqrt(requests));
    return { requests, events: 0, sum: requests * usual.mean * factor + noise };
  }
  const unlucky = (share: number) => {
    const expected = requests * Math.min(1, share * factor);
    return Math.max(0, expected - luck * Math.sqrt(expected));
  };
  return {
    requests,
    events: unlucky(usual.share),
    sum: 0,
    ...(usual.kind === "percentile" ? { buckets: usual.cumulative.map((share) => requests - unlucky(1 - share)) } : {}),
  };
}
