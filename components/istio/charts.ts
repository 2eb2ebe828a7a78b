import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import type { IstioChartsArgs } from "./istioArgs";

/** The newest release that the component is known to work with. */
export const defaultVersion = "1.30.5";

/** Istio's own Helm repository. */
export const defaultRepository = "https://istio-release.storage.googleapis.com/charts";

export type ChartName = "base" | "istiod" | "gateway" | "cni";

/** Where the charts are in a folder: as unpacked from the repository, and as in Istio's sources. */
const folders: Readonly<Record<ChartName, readonly string[]>> = {
  base: ["base"],
  istiod: ["istiod", "istio-control/istio-discovery", "istio-discovery"],
  gateway: ["gateway"],
  cni: ["cni", "istio-cni"],
};

/** What tells Helm which chart to take. */
export interface ChartSource {
  readonly chart: pulumi.Input<string>;
  readonly version?: pulumi.Input<string>;
  readonly repositoryOpts?: { readonly repo: pulumi.Input<string> };
}

/**
 * Finds a chart: in a repository by its version, in a folder by looking.
 *
 * @throws RunError if the folder has no such chart
 */
export function chartSource(
  name: ChartName,
  charts: IstioChartsArgs | undefined,
  version: pulumi.Input<string>,
): ChartSource {
  if (isFolder(charts)) return { chart: chartFolder(name, charts.path) };
  return { chart: name, version, repositoryOpts: { repo: charts?.repository ?? defaultRepository } };
}

/** The version that is installed: with charts from a folder, what their `Chart.yaml` says. */
export function installedVersion(
  charts: IstioChartsArgs | undefined,
  version: pulumi.Input<string> | undefined,
): pulumi.Input<string> {
  if (!isFolder(charts)) return version ?? defaultVersion;
  const text = readFileSync(join(chartFolder("istiod", charts.path), "Chart.yaml"), "utf8");
  const { version: own } = parse(text) as { version?: string };
  return version ?? own ?? "unknown";
}

function isFolder(charts: IstioChartsArgs | undefined): charts is { readonly path: string } {
  return charts !== undefined && "path" in charts && charts.path !== undefined;
}

function chartFolder(name: ChartName, path: string): string {
  const tried = folders[name].map((folder) => join(path, folder));
  const found = tried.find((folder) => existsSync(join(folder, "Chart.yaml")));
  if (found === undefined) {
    throw new pulumi.RunError(
      `Istio 'charts.path' (${path}): must have the chart ${name} in ${folders[name].join(" or ")}`,
    );
  }
  return found;
}
