import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster, ObjectKey } from "../cluster/cluster";
import type { LiveObject } from "../cluster/object";
import { ANNOTATIONS, isOn } from "../objects/annotations";
import { groupOf } from "../objects/target";
import { isMap, plainMap, type Properties } from "../values/value";
import { apiServiceProgress, claimProgress, definitionProgress, namespaceProgress } from "./others";
import { podProgress, podReasons } from "./pods";
import { READY, waiting, type Progress } from "./progress";
import { wishesOf, wishProgress } from "./waitFor";
import { daemonSetProgress, deploymentProgress, jobProgress, statefulSetProgress } from "./workloads";

const DEFAULT_TIMEOUT_MS = 10 * 60_000;
const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 1000;

export interface AwaitOptions {
  readonly key: ObjectKey;
  /** As the API server answered the write. */
  readonly written: LiveObject;
  readonly inputs: Properties;
  /** @default ten minutes */
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
  /** Hears what is waited for, when it changes. */
  readonly onProgress: (message: string) => void;
}

/** How it ended: the object as it was last seen, and why it is not ready, if it is not. */
export interface Outcome {
  readonly live: LiveObject;
  readonly failure?: string;
}

/** Waits until an object is ready, as far as it is known of its kind when it is. */
export async function awaitReady(cluster: Cluster, options: AwaitOptions): Promise<Outcome> {
  const { key, inputs, signal } = options;
  const deadline = performance.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  let live = options.written;
  if (isOn(plainMap(inputs), ANNOTATIONS.skipAwait)) return { live };
  let pollMs = FIRST_POLL_MS;
  let said = "";
  for (;;) {
    const progress = await progressOf(cluster, live, inputs);
    if (progress.state === "ready") return { live };
    if (progress.state === "failed") return { live, failure: await explained(cluster, live, progress.message) };
    if (progress.message !== said) options.onProgress((said = progress.message));
    if (signal.aborted) return { live, failure: `${progress.message}: cancelled` };
    if (performance.now() > deadline) {
      const limit = (options.timeoutMs ?? DEFAULT_TIMEOUT_MS) / 1000;
      return { live, failure: await explained(cluster, live, `timed out after ${limit} s ${progress.message}`) };
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    pollMs = Math.min(LONGEST_POLL_MS, pollMs * 1.5);
    const seen = await cluster.get(key);
    if (!seen) return { live, failure: "the object was deleted while it was waited for" };
    live = seen;
  }
}

const BY_KIND: Readonly<Record<string, (object: LiveObject) => Progress>> = {
  "apps/Deployment": deploymentProgress,
  "apps/StatefulSet": statefulSetProgress,
  "apps/DaemonSet": daemonSetProgress,
  "batch/Job": jobProgress,
  "/Pod": podProgress,
  "/Namespace": namespaceProgress,
  "apiregistration.k8s.io/APIService": apiServiceProgress,
};

async function progressOf(cluster: Cluster, live: LiveObject, inputs: Properties): Promise<Progress> {
  const wishes = wishesOf(plainMap(inputs));
  if (wishes.length > 0) return wishProgress(live, wishes);
  const kind = `${groupOf(live.apiVersion)}/${live.kind}`;
  if (kind === "apiextensions.k8s.io/CustomResourceDefinition") return servedProgress(cluster, live);
  if (kind === "/PersistentVolumeClaim") return claimProgress(live, await bindingModeOf(cluster, live));
  return BY_KIND[kind]?.(live) ?? READY;
}

async function servedProgress(cluster: Cluster, definition: LiveObject): Promise<Progress> {
  const established = definitionProgress(definition);
  if (established.state !== "ready") return established;
  const { group, names, versions } = definition.spec as unknown as {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
  for (const { name, served } of versions) {
    if (!served || (await cluster.discovery.find(`${group}/${name}`, names.kind))) continue;
    return waiting(`waiting for the type to be served as ${group}/${name}`);
  }
  return READY;
}

async function bindingModeOf(cluster: Cluster, claim: LiveObject): Promise<string | undefined> {
  const name = claim.spec?.["storageClassName"];
  if (typeof name !== "string" || name === "") return undefined;
  const type = await cluster.discovery.find("storage.k8s.io/v1", "StorageClass");
  const storageClass = type && (await cluster.get({ type, namespace: undefined, name }));
  return storageClass && String(storageClass["volumeBindingMode"]);
}

/** The failure, and what the pods of the workload say of it. */
async function explained(cluster: Cluster, live: LiveObject, message: string): Promise<string> {
  const selector = isMap(live.spec?.["selector"]) ? live.spec["selector"] : {};
  const labels = isMap(selector["matchLabels"]) ? Object.entries(selector["matchLabels"]) : [];
  const type = labels.length > 0 && (await cluster.discovery.find("v1", "Pod"));
  if (!type) return message;
  const labelSelector = labels.map(([key, value]) => `${key}=${String(value)}`).join(",");
  const pods = await cluster.list(type, live.metadata.namespace, { labelSelector, limit: 50 }).catch(() => []);
  const reasons = pods.flatMap((pod) => podReasons(pod).map((reason) => `pod ${pod.metadata.name}: ${reason}`));
  return [message, ...reasons.slice(0, 5)].join("\n  ");
}
