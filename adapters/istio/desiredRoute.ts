import type { Weights } from "../../engine";
import type { Subset } from "./rules";

type Labels = Readonly<Record<string, string>>;

/** The route a Service is to have: one version alone, or two that share its traffic. */
export type DesiredRoute =
  /** No release in progress: everything to one version, as subset `stable`. */
  | { readonly role: "stable"; readonly stable: Labels }
  /** A release: subsets `baseline` and `candidate`. `settled` marks a split that is meant to last. */
  | {
      readonly role: "progressing";
      readonly baseline: Labels;
      readonly candidate: Labels;
      readonly weights: Weights;
      readonly experiment: string;
      readonly settled?: boolean;
    };

export interface WeightedSubset {
  readonly subset: string;
  readonly weight: number;
}

export function subsetsOf(route: DesiredRoute): readonly Subset[] {
  return route.role === "stable"
    ? [{ name: "stable", labels: route.stable }]
    : [
        { name: "baseline", labels: route.baseline },
        { name: "candidate", labels: route.candidate },
      ];
}

export function weightsOf(route: DesiredRoute): readonly WeightedSubset[] {
  return route.role === "stable"
    ? [{ subset: "stable", weight: 100 }]
    : [
        { subset: "baseline", weight: route.weights.baseline },
        { subset: "candidate", weight: route.weights.candidate },
      ];
}
