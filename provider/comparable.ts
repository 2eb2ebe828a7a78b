import type { ObservedRoute } from "../adapters/istio/routes";
import { podLabels, selects, type Deployment, type Labels } from "../adapters/kubernetes/deployments";
import type { ReleaseInputs } from "./inputs";
import { InputError } from "./validation";
import { deploymentFor } from "./workload";

/** Whether neither set of labels, used as a selector, picks pods of the other. */
export function tellApart(a: Labels, b: Labels): boolean {
  return !selects(a, b) && !selects(b, a);
}

/** Labels as a person writes them. */
export function showLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? "empty" : pairs.join(",");
}

/**
 * Refuses a comparison that would move traffic before it began, or that could not tell the versions apart.
 *
 * @throws InputError
 */
export function assertComparable(inputs: ReleaseInputs, baseline: Deployment, route: ObservedRoute): void {
  const labels = podLabels(baseline);
  const { name } = baseline.metadata;
  const routed = route.destinationRule?.spec.subsets?.filter((subset) => (route.weights[subset.name] ?? 0) > 0) ?? [];
  const [other] = routed;
  if (other && !routed.some((subset) => selects(subset.labels, labels))) {
    const reason = `'baseline' (${name}) does not serve now: the route leads to pods with ${showLabels(other.labels)}`;
    throw new InputError([{ property: "baseline", reason }]);
  }
  if (!inputs.workload) return;
  const candidate = podLabels(deploymentFor(inputs, inputs.workload, 1));
  if (tellApart(labels, candidate)) return;
  const reason =
    `'workload.template.metadata.labels' (${showLabels(candidate)}) do not tell the candidate from the baseline ${name} ` +
    `(${showLabels(labels)}); give each a label such as version`;
  throw new InputError([{ property: "workload.template.metadata.labels", reason }]);
}
