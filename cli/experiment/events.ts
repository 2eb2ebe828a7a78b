import { EVENTS, type KubernetesObject } from "../../adapters/kubernetes/paths";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import type { Cluster } from "./cluster";

/** What is shown of a Kubernetes Event. */
export interface ExperimentEvent extends KubernetesObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string;
}

/** The newest events of an experiment, oldest first. The API server keeps them for an hour, unless told otherwise. */
export async function lastEvents(
  { api }: Cluster,
  { metadata }: ExperimentResource,
  limit: number,
): Promise<readonly ExperimentEvent[]> {
  const fields = { "involvedObject.name": metadata.name, "involvedObject.uid": metadata.uid };
  const fieldSelector = Object.entries(fields)
    .flatMap(([field, value]) => (value === undefined ? [] : [`${field}=${value}`]))
    .join(",");
  const page = await api.page(EVENTS, { namespace: metadata.namespace, fieldSelector }, undefined);
  const events = [...page.items] as ExperimentEvent[];
  const time = ({ lastTimestamp = "" }: ExperimentEvent) => Date.parse(lastTimestamp) || 0;
  return events.sort((a, b) => time(a) - time(b)).slice(-limit);
}
