import type { Metric } from "prom-client";
// The package as a whole takes 10 MB more, and each pod of the sample application is a process.
import Registry from "prom-client/lib/registry";

import { bucketsMs, type Series, type SeriesStore } from "./series";

export interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  /** Rendered once for each object, however often it comes. */
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * A registry that renders the store as Istio's standard metrics. Its metrics read the store at the time of the scrape:
 * prom-client's own counter and histogram would hash the 25 labels for each of the requests.
 */
export function istioRegistry(store: SeriesStore): Registry {
  const registry = new Registry();
  const add = (name: string, help: string, type: string, samples: (series: Series) => readonly Sample[]): void =>
    addMetric(registry, { name, help, type }, () => [...store.all()].flatMap(samples));
  add("istio_requests_total", "Requests handled by the mesh.", "counter", (series) => [
    { labels: {}, sharedLabels: series.labels, value: series.count },
  ]);
  add("istio_request_duration_milliseconds", "Duration of requests in milliseconds.", "histogram", histogramSamples);
  return registry;
}

/** Adds a metric whose samples are asked for at the time of the scrape. */
export function addMetric(
  registry: Registry,
  about: { readonly name: string; readonly help: string; readonly type: string },
  samples: () => readonly Sample[],
): void {
  const get = () => Promise.resolve({ ...about, aggregator: "sum", values: samples() });
  // The registry asks no more of a metric than this, but its type names prom-client's own classes.
  registry.registerMetric({ name: about.name, get } as unknown as Metric);
}

function histogramSamples({ labels: sharedLabels, buckets, count, sumMs }: Series): readonly Sample[] {
  const name = "istio_request_duration_milliseconds";
  let cumulative = 0;
  const bounds = bucketsMs.map((le, index): Sample => {
    cumulative += buckets[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le }, sharedLabels, value: cumulative };
  });
  return [
    ...bounds,
    { metricName: `${name}_bucket`, labels: { le: "+Inf" }, sharedLabels, value: count },
    { metricName: `${name}_sum`, labels: {}, sharedLabels, value: sumMs },
    { metricName: `${name}_count`, labels: {}, sharedLabels, value: count },
  ];
}
