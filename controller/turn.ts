import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { keyOf } from "../adapters/kubernetes/objectCache";
import { claimsOf } from "./involved";

/**
 * Whether an experiment goes before another one that has a hand in the same Service or the same versions: the one that has
 * begun, else the older one. Exactly one of two does.
 */
export function goesBefore(one: ExperimentResource, other: ExperimentResource): boolean {
  if (hasBegun(one) !== hasBegun(other)) return hasBegun(one);
  const [a, b] = [one, other].map((e) => e.metadata.creationTimestamp ?? "");
  if (a !== b) return (a ?? "") < (b ?? "");
  return keyOf(one) < keyOf(other);
}

/** The one, of those that have a hand in the same things, for whom an experiment has to wait; undefined when it is its turn. */
export function waitsFor(
  experiment: ExperimentResource,
  rivals: readonly ExperimentResource[],
): ExperimentResource | undefined {
  const claims = claimsOf(experiment);
  return rivals.find(
    (rival) => goesBefore(rival, experiment) && claimsOf(rival).some((claim) => claims.includes(claim)),
  );
}

/** Whether its driver has changed, or may have changed, anything for it. */
function hasBegun({ status }: ExperimentResource): boolean {
  return status?.serin !== undefined;
}
