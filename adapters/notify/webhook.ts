import type { Verdict } from "../../engine";
import type { ExperimentStatus } from "../kubernetes/experiment/resource";
import { weightsOf, type Letter, type Notification } from "./notification";
import { severityOf } from "./severity";
import { bounded } from "./text";

/** Grows when a member changes its meaning or goes away; new members do not change it. */
export const WEBHOOK_VERSION = 1;

/** Headers that every notification of a webhook has, in lower case. */
export const OWN_HEADERS = ["content-type", "idempotency-key"] as const;

const LONGEST_MESSAGE = 3000;

/** The JSON that a channel with `notifier: webhook` gets. A member that is not known yet is left out. */
export interface WebhookBody {
  readonly version: typeof WEBHOOK_VERSION;
  readonly experiment: {
    readonly name: string;
    readonly namespace: string;
    readonly service: string;
    readonly baseline: string;
    readonly candidate: string;
  };
  /** Iter8's word for what happened. */
  readonly reason: string;
  /** One sentence or none, at most 3000 characters. */
  readonly message: string;
  /** 1 to 5, 5 for a verdict. */
  readonly severity: number;
  readonly phase?: ExperimentStatus["phase"];
  readonly verdict?: Verdict;
  /** Percent of the traffic, as recorded. */
  readonly weights: { readonly baseline: number; readonly candidate: number };
  /** The iteration in progress; 0 before the first. */
  readonly iteration: number;
  /** When it happened, RFC 3339 in UTC with milliseconds. */
  readonly time: string;
}

/** The notification for whatever takes Serin's own JSON. */
export function webhookLetter(notification: Notification): Letter {
  return {
    body: JSON.stringify(bodyOf(notification)),
    headers: { "content-type": "application/json", "idempotency-key": notification.id },
  };
}

function bodyOf({ experiment, occurrence, time }: Notification): WebhookBody {
  const { metadata, spec, status } = experiment;
  const { name: service, baseline, candidate } = spec.targetService;
  return {
    version: WEBHOOK_VERSION,
    experiment: { name: metadata.name, namespace: metadata.namespace, service, baseline, candidate },
    reason: occurrence.reason,
    message: bounded(occurrence.message, LONGEST_MESSAGE),
    severity: severityOf(occurrence.reason),
    phase: status?.phase,
    verdict: status?.serin?.verdict,
    weights: weightsOf(experiment),
    iteration: status?.currentIteration ?? 0,
    time: new Date(time).toISOString(),
  };
}
