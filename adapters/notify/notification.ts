import type { Occurrence } from "../../engine";
import type { ExperimentResource } from "../kubernetes/experiment/resource";

/** What is to be told: what happened, to which experiment as it was then, and when. */
export interface Notification {
  /** Its own; the same however often and to however many channels it is sent. */
  readonly id: string;
  readonly experiment: ExperimentResource;
  readonly occurrence: Occurrence;
  /** ms since 1970. */
  readonly time: number;
}

/** A notification as it travels. */
export interface Letter {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The percentages of traffic that the record has; before the first split all of it is the baseline's. */
export function weightsOf({ status }: ExperimentResource): { readonly baseline: number; readonly candidate: number } {
  return status?.trafficSplitPercentage ?? { baseline: 100, candidate: 0 };
}
