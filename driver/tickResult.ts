import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { Occurrence, Plan, ReleaseState } from "../engine";

/** How often a release is looked at while nothing is due: foreign edits, actions and lost pods are noticed by then. */
export const LOOK_EVERY_MS = 1000;

/** What a tick did, for whoever shows progress. */
export interface TickReport {
  readonly plan: Plan;
  readonly before: ReleaseState;
  readonly after: ReleaseState;
  readonly occurrences: readonly Occurrence[];
}

export type TickResult =
  | { readonly kind: "gone" }
  | { readonly kind: "ended"; readonly experiment: ExperimentResource; readonly report: TickReport }
  | { readonly kind: "running"; readonly wakeInMs: number; readonly report: TickReport };
