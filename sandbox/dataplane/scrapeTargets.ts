import { renameSync, writeFileSync } from "node:fs";
import { metricsPath, metricsPort } from "../app/metricsPage";
import type { Pod } from "../mesh/model";
import { addressOf } from "./workloadEntries";

export interface ScrapeSources {
  /** Port of this process's own `/metrics`. */
  readonly own: number;
  /** Administration ports of the Envoys. */
  readonly envoys: readonly number[];
  readonly pods: readonly Pod[];
}

interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** What Prometheus is to scrape, as it reads it from a file. */
export function scrapeTargets({ own, envoys, pods }: ScrapeSources): readonly TargetGroup[] {
  const podGroups = pods.flatMap((pod): TargetGroup[] => {
    const address = addressOf(pod);
    if (address === undefined) return [];
    const labels = { __metrics_path__: metricsPath, namespace: pod.namespace, pod: pod.name };
    return [{ targets: [`${address}:${metricsPort}`], labels }];
  });
  return [
    { targets: [`127.0.0.1:${own}`] },
    {
      targets: envoys.map((admin) => `127.0.0.1:${admin}`),
      // An Envoy has some hundred series a Service, which decide nothing: every second would be a waste.
      labels: { __metrics_path__: "/stats/prometheus", __scrape_interval__: "5s" },
    },
    ...podGroups,
  ];
}

/** Writes the targets where Prometheus finds them; by a rename, so that it never reads half a file. */
export class TargetFile {
  private last = "";

  constructor(private readonly path: string) {}

  write(sources: ScrapeSources): void {
    const text = JSON.stringify(scrapeTargets(sources));
    if (text === this.last) return;
    writeFileSync(`${this.path}.tmp`, text);
    renameSync(`${this.path}.tmp`, this.path);
    this.last = text;
  }
}
