import type { DestinationRule, VirtualService } from "../../../adapters/istio/rules";

/** The `version` label of the candidate's pods in the bench. */
export const CANDIDATE_VERSION = "v2";
/** That of the baseline's. */
export const BASELINE_VERSION = "v1";

/** What is wrong with a route by itself; undefined when nothing is. */
export function flawOf(
  virtualService: VirtualService,
  destinationRule: DestinationRule | undefined,
): string | undefined {
  const subsets = new Set(destinationRule?.spec.subsets?.map(({ name }) => name));
  for (const { route = [] } of virtualService.spec.http ?? []) {
    const weights = route.map(({ weight }) => weight ?? (route.length === 1 ? 100 : 0));
    const sum = weights.reduce((a, b) => a + b, 0);
    if (sum !== 100) return `the weights ${weights.join("/")} sum to ${sum}`;
    const odd = weights.find((weight) => !Number.isInteger(weight) || weight < 0 || weight > 100);
    if (odd !== undefined) return `the weight ${odd} is not a whole number from 0 to 100`;
    const unknown = route.find(({ destination }) => !subsets.has(destination.subset ?? ""));
    if (unknown) {
      const { subset = "(none)" } = unknown.destination;
      return `subset ${subset} does not exist (${[...subsets].join(", ") || "no DestinationRule"})`;
    }
  }
  return virtualService.spec.http?.length ? undefined : "there is no http entry";
}

/** The candidate's share in percent, by what the subsets lead to, whatever their names. */
export function candidateShare(virtualService: VirtualService, destinationRule: DestinationRule | undefined): number {
  const route = virtualService.spec.http?.[0]?.route ?? [];
  const toCandidate = new Set(
    destinationRule?.spec.subsets
      ?.filter(({ labels }) => labels["version"] === CANDIDATE_VERSION)
      .map(({ name }) => name),
  );
  return route
    .filter(({ destination }) => toCandidate.has(destination.subset ?? ""))
    .reduce((sum, { weight }) => sum + (weight ?? (route.length === 1 ? 100 : 0)), 0);
}
