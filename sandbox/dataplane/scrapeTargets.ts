import { renameSync, writeFileSync } from "node:fs";
import type { Pod } from "../mesh/model";

/** Where the sample application shows what a sidecar would: Istio's port and path for it. */
export const sidecarMetrics = { port: 15020, path: "/stats/prometheus" } as const;

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
  const { port, path } = sidecarMetrics;
  const podGroups = pods.flatMap(({ ip, ready, namespace, name }): TargetGroup[] =>
    ready && ip?.startsWith("127.") && ip !== "127.0.0.1"
      ? [{ targets: [`${ip}:${port}`], labels: { __metrics_path__: path, namespace, pod: name } }]
      : [],
  );
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
