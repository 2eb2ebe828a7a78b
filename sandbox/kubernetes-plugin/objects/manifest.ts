import { randomBytes } from "node:crypto";
import type { Cluster, ObjectKey } from "../cluster/cluster";
import type { KubernetesManifest, LiveObject } from "../cluster/object";
import { markSecrets, secretPaths } from "../values/path";
import {
  isMap,
  isSecret,
  plainMap,
  secret,
  UNKNOWN,
  unwrapped,
  without,
  withoutNulls,
  type Properties,
  type Value,
} from "../values/value";
import type { Target } from "./target";

/**
 * What to send for some inputs. A Secret's `stringData` goes as `data`: the API server would turn it into that, but
 * not take an entry out again that the program no longer has.
 */
export function manifestOf(
  inputs: Properties,
  { apiVersion, kind }: Pick<Target, "apiVersion" | "kind">,
): KubernetesManifest {
  const object = without(withoutNulls(plainMap(inputs)) as Properties, ["status"]);
  if (kind === "Secret" && isMap(object["stringData"])) {
    const { stringData, data, ...others } = object;
    const encoded = Object.entries(stringData).map(([key, text]) => [
      key,
      Buffer.from(String(text)).toString("base64"),
    ]);
    return { ...others, apiVersion, kind, data: { ...(isMap(data) ? data : {}), ...Object.fromEntries(encoded) } };
  }
  return { ...object, apiVersion, kind };
}

/** Where a manifest goes. A name that the API server is to make up is made up here: server-side apply needs one. */
export async function keyOf(cluster: Cluster, manifest: KubernetesManifest, signal?: AbortSignal): Promise<ObjectKey> {
  const { name, generateName = "", namespace } = manifest.metadata ?? {};
  const type = await cluster.typeOf(manifest.apiVersion, manifest.kind, signal);
  return cluster.keyOf(type, namespace, name ?? generateName + randomBytes(3).toString("hex").slice(0, 5));
}

/** What a resource's state has of an object: all but the bookkeeping of the managers, and secret what is to be secret. */
export function outputsOf(live: LiveObject, inputs: Properties): Properties {
  const metadata = without(live.metadata as Properties, ["managedFields"]);
  const outputs = { ...(live as unknown as Properties), metadata };
  const marked = markSecrets(outputs, secretPaths(inputs));
  return live.kind === "Secret" && live.apiVersion === "v1" ? withSecrets(marked, ["data", "stringData"]) : marked;
}

/**
 * What is known of an object before it is there. What only the API server can say is unknown.
 *
 * @param dryRun left out where not even that is possible
 */
export function previewOf(inputs: Properties, dryRun?: LiveObject): Properties {
  // What is not there at all counts as unknown.
  const outputs = without(dryRun ? outputsOf(dryRun, inputs) : inputs, ["status"]);
  const wrapped = outputs["metadata"] ?? {};
  const metadata = unwrapped(wrapped);
  const unsure = ["uid", "resourceVersion", "creationTimestamp", "generation"];
  const preview: Properties = { ...outputs };
  if (isMap(metadata)) {
    const filled = { ...metadata, name: metadata["name"] ?? UNKNOWN, ...unknowns(unsure) };
    preview["metadata"] = isSecret(wrapped) ? secret(filled) : filled;
  }
  if (outputs["kind"] === "Service") preview["spec"] = withoutAddresses(outputs["spec"], inputs["spec"]);
  return preview;
}

/** A Service gets its addresses and ports only when it is made. */
function withoutAddresses(spec: Value | undefined, given: Value | undefined): Value {
  if (!isMap(spec)) return UNKNOWN;
  const wanted = isMap(given) ? given : {};
  const unsure = ["clusterIP", "clusterIPs"].filter((key) => !(key in wanted));
  const type = spec["type"] ?? "ClusterIP";
  return { ...spec, ...unknowns(unsure), ...(type !== "ClusterIP" && "ports" in spec ? { ports: UNKNOWN } : {}) };
}

function unknowns(keys: readonly string[]): Properties {
  return Object.fromEntries(keys.map((key) => [key, UNKNOWN]));
}

function withSecrets(outputs: Properties, keys: readonly string[]): Properties {
  const present = keys.filter((key) => outputs[key] !== undefined);
  return { ...outputs, ...Object.fromEntries(present.map((key) => [key, secret(outputs[key] ?? null)])) };
}
