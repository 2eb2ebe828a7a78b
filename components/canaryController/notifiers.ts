import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { parseNotifiers } from "../../adapters/notify/parseNotifiers";
import { isLater } from "../common/check";
import type { NotifierArgs } from "./canaryControllerArgs";

type Channels = Readonly<Record<string, NotifierArgs>>;

/**
 * Refuses channels with a mistake, as soon as all is known of them: at once, or when `notifierData` is.
 *
 * @throws RunError naming the channel and the field
 */
export function refuseFaultyChannels(notifiers: Channels): void {
  if (!isLater(notifiers)) textsOf(notifiers);
}

/**
 * The ConfigMap with the channels of notifications, as a secret.
 *
 * @throws RunError naming the channel and the field, as soon as the values are known
 */
export function notifierData(notifiers: Channels): pulumi.Output<Record<string, string>> {
  return pulumi.secret(pulumi.output(notifiers).apply((channels) => textsOf(channels as Channels)));
}

/** Looked at with the controller's own rules, so that nothing is installed that it would leave out. */
function textsOf(channels: Channels): Record<string, string> {
  const data = Object.fromEntries(Object.entries(channels).map(([name, channel]) => [name, stringify(channel)]));
  const misnamed = Object.keys(data).filter((name) => !/^[-._a-zA-Z0-9]{1,253}$/.test(name));
  const faults = [
    ...misnamed.map((name) => `notification channel '${name}': must have a name of letters, digits, '-', '_' and '.'`),
    ...parseNotifiers(data).faults,
  ];
  if (faults.length === 0) return data;
  throw new pulumi.RunError(`CanaryController 'notifiers': ${faults.join("; ")}`);
}
