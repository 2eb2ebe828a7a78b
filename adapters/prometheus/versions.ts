import type { VersionLabels } from "./template";

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

/** How Istio labels the requests to two Deployments. */
export function istioLabels({ baseline, candidate, namespace }: Versions): LabelledVersions {
  const labels = (workload: string): VersionLabels => {
    return { destination_workload: workload, destination_workload_namespace: namespace };
  };
  return { baseline: labels(baseline), candidate: labels(candidate) };
}
