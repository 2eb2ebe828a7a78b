import { randomBytes } from "node:crypto";
import { isWarning, type Occurrence } from "../../engine";
import type { KubernetesApi } from "./api";
import { EVENTS } from "./paths";
import { API_VERSION, KIND, type ExperimentResource } from "./experiment/resource";

/** The longest message that the API server takes. */
export const MESSAGE_LIMIT = 1024;

/** When what an Event tells of happened, in ms since 1970, and how much of it. */
export interface EventTime {
  readonly first: number;
  readonly last: number;
  /** Occurrences that the message tells of. Default: 1. */
  readonly count?: number;
}

/** Writes an occurrence as a Kubernetes Event on the experiment, so that `kubectl describe` shows it. */
export async function recordEvent(
  client: KubernetesApi,
  { metadata }: Pick<ExperimentResource, "metadata">,
  { reason, message }: Occurrence,
  { first, last, count = 1 }: EventTime,
): Promise<void> {
  await client.create(EVENTS, {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${metadata.name}.${randomBytes(8).toString("hex")}`, namespace: metadata.namespace },
    involvedObject: {
      apiVersion: API_VERSION,
      kind: KIND,
      name: metadata.name,
      namespace: metadata.namespace,
      uid: metadata.uid,
    },
    reason,
    message: message.slice(0, MESSAGE_LIMIT),
    type: isWarning(reason) ? "Warning" : "Normal",
    source: { component: "serin" },
    firstTimestamp: seconds(first),
    lastTimestamp: seconds(last),
    count,
  });
}

function seconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
