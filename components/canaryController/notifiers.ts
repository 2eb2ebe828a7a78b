import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { parseNotifiers } from "../../adapters/notify/parseNotifiers";
import type { NotifierArgs } from "./canaryControllerArgs";

/**
 * The ConfigMap with the channels of notifications, as a secret.
 *
 * @throws RunError naming the channel and the field, as soon as the values are known
 */
export function notifierData(notifiers: Readonly<Record<string, NotifierArgs>>): pulumi.Output<Record<string, string>> {
  const data = pulumi.output(notifiers).apply((channels) => {
    const texts = Object.entries(channels).map(([name, channel]) => [name, stringify(channel)]);
    return checkedChannels(Object.fromEntries(texts) as Record<string, string>);
  });
  return pulumi.secret(data);
}

/** The controller's own rules, so that nothing is installed that it would leave out. */
function checkedChannels(data: Record<string, string>): Record<string, string> {
  const { faults } = parseNotifiers(data);
  if (faults.length === 0) return data;
  throw new pulumi.RunError(`CanaryController 'notifiers': ${faults.join("; ")}`);
}
