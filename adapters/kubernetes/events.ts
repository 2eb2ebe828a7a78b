import { randomBytes } from "node:crypto";
import { isWarning, type Occurrence } from "../../engine";
import type { KubernetesClient } from "./client";
import { EVENTS } from "./paths";
import { API_VERSION, KIND, type ExperimentResource } from "./experiment/resource";

/** The longest message that the API server takes. */
const MESSAGE_LIMIT = 1024;

/** Writes an occurrence as a Kubernetes Event on the experiment, so that `kubectl describe` shows it. */
export async function recordEvent(
  client: KubernetesClient,
  { metadata }: ExperimentResource,
  { reason, message }: Occurrence,
  now: number,
): Promise<void> {
  const at = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
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
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  });
}
