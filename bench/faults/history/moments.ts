import type { DestinationRule, VirtualService } from "../../../adapters/istio/rules";
import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { ANNOTATION_EDIT, type History, type Version } from "./history";

/** The record and the route as they stood together, from one revision to the next. */
export interface Moment {
  readonly revision: number;
  readonly at: number;
  readonly changed: "experiment" | "virtualService" | "destinationRule";
  readonly experiment?: ExperimentResource;
  readonly virtualService?: VirtualService;
  readonly destinationRule?: DestinationRule;
  /** The change was the adversary's. */
  readonly foreign: boolean;
  /** What came between this moment and the next change of the route may not have been seen. */
  readonly beforeGap: boolean;
}

/** Every state that record and route were in, oldest first. */
export function momentsOf({ experiment, virtualService, destinationRule }: History): Moment[] {
  const changes = [
    ...experiment.map((version) => ({ changed: "experiment" as const, version })),
    ...virtualService.map((version, i) => ({
      changed: "virtualService" as const,
      version,
      before: virtualService[i - 1],
    })),
    ...destinationRule.map((version, i) => ({
      changed: "destinationRule" as const,
      version,
      before: destinationRule[i - 1],
    })),
  ].sort((a, b) => a.version.revision - b.version.revision);
  let state: Pick<Moment, "experiment" | "virtualService" | "destinationRule"> = {};
  return changes.map((change) => {
    const { revision, at, object } = change.version;
    state = { ...state, [change.changed]: object };
    return {
      ...state,
      revision,
      at,
      changed: change.changed,
      foreign: change.changed !== "experiment" && isForeign(change.version, change.before),
      beforeGap: [virtualService, destinationRule].some(
        (versions) => versions.find((later) => later.revision > revision)?.afterGap === true,
      ),
    };
  });
}

type Rule = VirtualService | DestinationRule;

/** Serin deletes no rule while an experiment runs. */
function isForeign(version: Version<Rule>, before: Version<Rule> | undefined): boolean {
  if (version.object === undefined) return true;
  const edit = editOf(version.object);
  return edit !== undefined && edit !== editOf(before?.object);
}

function editOf(rule: Rule | undefined): string | undefined {
  return rule?.metadata.annotations?.[ANNOTATION_EDIT];
}
