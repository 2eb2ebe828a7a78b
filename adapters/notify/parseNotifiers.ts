import { parse, YAMLParseError } from "yaml";
import type { Channel } from "./channel";
import { channelSchema } from "./channelSchema";
import { Endpoint } from "./endpoint";

/** Name of the ConfigMap that holds the channels; Iter8's own. */
export const NOTIFIERS_CONFIG_MAP = "iter8config-notifiers";

/** What a ConfigMap's channels came to. */
export interface Notifiers {
  /** Those that can be used, in the ConfigMap's order. */
  readonly channels: Channel[];
  /** A sentence for each mistake, naming channel, field and what is allowed. Nothing secret is in it. */
  readonly faults: string[];
}

/**
 * Reads the channels of a ConfigMap: a key is a channel's name, its value the YAML of its settings. A channel with a
 * mistake is left out and told of; the others are not concerned.
 *
 * @param data the ConfigMap's data, or undefined when there is none: then there are no channels
 */
export function parseNotifiers(data: Readonly<Record<string, string>> | undefined): Notifiers {
  const channels: Channel[] = [];
  const faults: string[] = [];
  for (const [name, text] of Object.entries(data ?? {})) {
    const read = parseChannel(name, text);
    if ("channel" in read) channels.push(read.channel);
    else faults.push(...read.faults.map((fault) => `notification channel '${name}': ${fault}`));
  }
  return { channels, faults };
}

function parseChannel(
  name: string,
  text: string,
): { readonly channel: Channel } | { readonly faults: readonly string[] } {
  let settings: unknown;
  try {
    // Every scalar as it is written: a label's value `1.0` or `true` is a text. No warnings, which would go to stderr.
    settings = parse(text, { schema: "failsafe", logLevel: "error" });
  } catch (error) {
    return { faults: [`is not YAML${placeOf(error)}`] };
  }
  const checked = channelSchema.safeParse(settings);
  if (!checked.success) return { faults: checked.error.issues.map(({ message }) => message) };
  const { notifier, url, headers, level, namespace, labels } = checked.data;
  if (notifier === "slack" && Object.keys(headers).length > 0) {
    return { faults: ["'headers' cannot be used with 'notifier' (slack), only with webhook"] };
  }
  return { channel: { name, notifier, endpoint: new Endpoint(url, headers), level, namespace, labels } };
}

/** Not the parser's own message: it quotes the text, and with it the URL. */
function placeOf(error: unknown): string {
  const [start] = (error instanceof YAMLParseError && error.linePos) || [];
  return start === undefined ? "" : ` (line ${start.line}, column ${start.col})`;
}
