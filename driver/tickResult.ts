import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { Occurrence, Plan, ReleaseState } from "../engine";

/** How often a driver that is not told of changes looks for them: foreign edits, actions and lost pods are noticed by then. */
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
  /** Somebody else drives the release now. */
  | { readonly kind: "handedOver" }
  /** Nothing falls due before `dueAt` (ms since 1970; Infinity for never), unless something changes in the cluster. */
  | { readonly kind: "running"; readonly dueAt: number; readonly report: TickReport };
