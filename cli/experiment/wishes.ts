import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import type { Action } from "../../engine";

/** What a person may ask of a release that runs. */
export interface Wish {
  readonly command: string;
  readonly action: Action;
  readonly description: string;
  /** What will happen. */
  readonly promise: (experiment: ExperimentResource) => string;
  /** Why there is nothing to ask for; undefined when there is. */
  readonly needless: (experiment: ExperimentResource) => string | undefined;
  /** Whether the record shows it. */
  readonly isDone: (experiment: ExperimentResource) => boolean;
}

const isPaused = ({ status }: ExperimentResource): boolean => status?.serin?.paused ?? false;

export const WISHES: readonly Wish[] = [
  {
    command: "pause",
    action: "pause",
    description: "Hold weight and iteration until the release is resumed.",
    promise: ({ status, metadata }) =>
      `The candidate keeps ${status?.trafficSplitPercentage?.candidate ?? 0} % of the traffic and is not assessed, ` +
      `until 'serin experiment resume ${metadata.name} -n ${metadata.namespace}'.`,
    needless: (experiment) => (isPaused(experiment) ? "is paused already" : undefined),
    isDone: isPaused,
  },
  {
    command: "resume",
    action: "resume",
    description: "Let a paused release go on.",
    promise: () => "The release goes on; an iteration whose time is up is assessed at once.",
    needless: (experiment) => (isPaused(experiment) || experiment.action === "pause" ? undefined : "is not paused"),
    isDone: (experiment) => !isPaused(experiment) && experiment.action !== "resume",
  },
  {
    command: "promote",
    action: "override_success",
    description: "End the release with the verdict promoted, whatever the evidence.",
    promise: (experiment) =>
      `The verdict becomes promoted, and ${promotedTo(experiment)}, as soon as a pod of the candidate is Ready.`,
    needless: () => undefined,
    isDone: ({ status }) => status?.serin?.verdict === "promoted",
  },
  {
    command: "rollback",
    action: "override_failure",
    description: "End the release with the verdict aborted: all traffic goes back to the baseline.",
    promise: ({ spec }) => `The verdict becomes aborted, and all traffic goes back to ${spec.targetService.baseline}.`,
    needless: () => undefined,
    isDone: ({ status }) => status?.serin?.verdict !== undefined && status.serin.verdict !== "promoted",
  },
];

function promotedTo({ spec: { targetService, trafficControl } }: ExperimentResource): string {
  if (trafficControl?.onSuccess === "both") return "both versions keep their shares";
  const { baseline, candidate } = targetService;
  return `${trafficControl?.onSuccess === "baseline" ? baseline : candidate} gets all traffic`;
}
