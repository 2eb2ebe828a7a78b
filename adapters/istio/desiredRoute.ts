import type { Weights } from "../../engine";
import type { Subset } from "./rules";

type Labels = Readonly<Record<string, string>>;

/** The route a Service is to have: one version alone, or two that share its traffic. */
export type DesiredRoute =
  /**
   * Everything to one version, as subset `stable`. While a release ends, `leaving` names its experiment and versions: their
   * subsets stay until the last requests of the loser are answered.
   */
  | { readonly role: "stable"; readonly stable: Labels; readonly leaving?: Release }
  /** A release: subsets `baseline` and `candidate`. `settled` marks a split that is meant to last. */
  | ({ readonly role: "progressing"; readonly weights: Weights; readonly settled?: boolean } & Release);

/** The pods of both versions, and the name of the experiment. */
export interface Release {
  readonly baseline: Labels;
  readonly candidate: Labels;
  readonly experiment: string;
}

export interface WeightedSubset {
  readonly subset: string;
  readonly weight: number;
}

/**
 * The subsets of a route. A release keeps a subset `stable` of the baseline although no request goes there: it is where all
 * of them go at the end, so that a rollback is one change of the VirtualService.
 */
export function subsetsOf(route: DesiredRoute): readonly Subset[] {
  if (route.role === "stable") {
    const stable = { name: "stable", labels: route.stable };
    return route.leaving ? [stable, ...versions(route.leaving)] : [stable];
  }
  return route.settled ? versions(route) : [{ name: "stable", labels: route.baseline }, ...versions(route)];
}

function versions({ baseline, candidate }: Release): readonly Subset[] {
  return [
    { name: "baseline", labels: baseline },
    { name: "candidate", labels: candidate },
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
