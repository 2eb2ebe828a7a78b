import { istioLabels, type Outcome, type Reporter } from "./istioLabels";
import type { Pod } from "./model";
import type { Branch } from "./routing";

/** Istio's default bounds of `istio_request_duration_milliseconds`. */
export const bucketsMs: readonly number[] = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];

/** The requests of one set of labels: both the counter and the histogram, which in Istio have the same labels. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Not cumulative: requests whose latency is in the bucket; the last one is the bucket above all bounds. */
  readonly buckets: number[];
  count: number;
  sumMs: number;
  lastAt: number;
}

/** A request that is counted: an arrival of the simulation, or one that a pod of the sample application answered. */
export interface Counted extends Omit<Outcome, "service"> {
  readonly at: number;
  /** Of the service that the request went to. */
  readonly branch: Pick<Branch, "service">;
  readonly latencyMs: number;
}

/** Requests by set of labels, as the sides in `reporters` see them. */
export class SeriesStore {
  private readonly byLabels = new Map<string, Series>();
  /**
   * The series of an outcome, found without building and hashing its labels for every request. Branches are made anew
   * with each change of the route, which empties this by itself.
   */
  private resolved = new WeakMap<Counted["branch"], Map<Pod | undefined, Map<number, readonly Series[]>>>();

  constructor(private readonly reporters: readonly Reporter[] = ["source", "destination"]) {}

  record(request: Counted): void {
    const bucket = bucketsMs.findIndex((bound) => request.latencyMs <= bound);
    for (const series of this.seriesOf(request)) {
      series.count += 1;
      series.sumMs += request.latencyMs;
      series.lastAt = request.at;
      const index = bucket < 0 ? bucketsMs.length : bucket;
      series.buckets[index] = (series.buckets[index] ?? 0) + 1;
    }
  }

  all(): Iterable<Series> {
    return this.byLabels.values();
  }

  /** Drops what had no request since `before`, as Istio does, so that a long-lived mesh does not grow for ever. */
  expire(before: number): void {
    for (const [key, { lastAt }] of this.byLabels) {
      if (lastAt < before) this.byLabels.delete(key);
    }
    this.resolved = new WeakMap();
  }

  private seriesOf({ branch, pod, code, flags }: Counted): readonly Series[] {
    const byPod = getOrMake(this.resolved, branch, () => new Map<Pod | undefined, Map<number, readonly Series[]>>());
    const byCode = getOrMake(byPod, pod, () => new Map<number, readonly Series[]>());
    return getOrMake(byCode, code, () => this.resolve({ service: branch.service, pod, code, flags }));
  }

  /** A request that reached no pod was seen by the source's side only. */
  private resolve(outcome: Outcome): readonly Series[] {
    const reporters = this.reporters.filter((reporter) => outcome.pod !== undefined || reporter === "source");
    return reporters.map((reporter) => {
      const labels = istioLabels(reporter, outcome);
      return getOrMake(this.byLabels, JSON.stringify(labels), () => {
        return { labels, buckets: new Array<number>(bucketsMs.length + 1).fill(0), count: 0, sumMs: 0, lastAt: 0 };
      });
    });
  }
}

function getOrMake<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
