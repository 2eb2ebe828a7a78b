import { parseNotifiers, type Channel } from "../../../adapters/notify";
import {
  API_VERSION,
  KIND,
  type ExperimentResource,
  type ExperimentStatus,
  type ObjectMeta,
} from "../../../adapters/kubernetes/experiment/resource";

/** Part of every secret in these tests: nothing that is shown may hold it. */
export const SECRET = "s3cr3t";

export function experiment(
  { metadata, status }: { metadata?: Partial<ObjectMeta>; status?: ExperimentStatus } = {},
  trafficControl: ExperimentResource["spec"]["trafficControl"] = { maxIterations: 8 },
): ExperimentResource {
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: "reviews-v3", namespace: "shop", labels: { team: "books", tier: "1.0" }, ...metadata },
    spec: {
      targetService: { name: "reviews", baseline: "reviews-v2", candidate: "reviews-v3" },
      trafficControl,
    },
    status,
  };
}

/** A channel as its YAML makes it, to a secret URL unless told otherwise. */
export function channel(name: string, ...lines: readonly string[]): Channel {
  const url = lines.some((line) => line.startsWith("url:")) ? [] : [`url: https://hooks.example/${SECRET}/${name}`];
  const notifier = lines.some((line) => line.startsWith("notifier:")) ? [] : ["notifier: webhook"];
  const { channels, faults } = parseNotifiers({ [name]: [...notifier, ...url, ...lines].join("\n") });
  const [only] = channels;
  if (only === undefined) throw new Error(faults.join("\n"));
  return only;
}
