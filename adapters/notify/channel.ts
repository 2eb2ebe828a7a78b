import type { Endpoint } from "./endpoint";
import type { Level } from "./severity";

/** What a channel can talk to: a Slack incoming webhook, or anything that takes Serin's JSON. */
export const NOTIFIER_KINDS = ["slack", "webhook"] as const;
export type NotifierKind = (typeof NOTIFIER_KINDS)[number];

/** One place that wants to hear of experiments. */
export interface Channel {
  /** Its key in the ConfigMap. */
  readonly name: string;
  readonly notifier: NotifierKind;
  /** Where to; secret. */
  readonly endpoint: Endpoint;
  /** The least important occurrence that it hears of. */
  readonly level: Level;
  /** The only namespace whose experiments it hears of; undefined for all. */
  readonly namespace?: string;
  /** Labels that an experiment must have, all of them with these values. Empty for any experiment. */
  readonly labels: Readonly<Record<string, string>>;
}

/** How texts name a channel: without anything secret. */
export function channelTitle({ name, endpoint }: Pick<Channel, "name" | "endpoint">): string {
  return `notification channel '${name}' (${endpoint.host})`;
}
