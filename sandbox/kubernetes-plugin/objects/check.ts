import { createHash, randomBytes } from "node:crypto";
import type { Cluster } from "../cluster/cluster";
import { isUnreachable } from "../cluster/errors";
import type { Refusal } from "../config/settings";
import { waitForRefusals } from "../await/waitFor";
import { hasUnknown, isMap, isSecret, plainMap, secret, unwrapped, type Properties, type Value } from "../values/value";
import { annotationRefusals, ANNOTATIONS } from "./annotations";
import { formatPath } from "../values/path";
import { partsOfUrn, targetOf, type Target } from "./target";

/** How the engine wants names to be made; left out, as the plugin does it. */
export interface Autonaming {
  readonly mode: "propose" | "disable";
  readonly name: string;
}

export interface CheckRequest {
  readonly urn: string;
  readonly olds: Properties;
  readonly news: Properties;
  /** Makes the made-up part of a name repeatable; random without. */
  readonly seed?: Uint8Array;
  readonly autonaming?: Autonaming;
}

export interface Checked {
  readonly inputs: Properties;
  readonly refusals: readonly Refusal[];
}

/**
 * The inputs with what the program left to the plugin: a name, a namespace, and that a Secret's content is secret.
 *
 * @param cluster undefined while it is not known
 */
export async function checkInputs(request: CheckRequest, cluster: Cluster | undefined): Promise<Checked> {
  const { urn, olds, news } = request;
  const target = targetOf(urn, news);
  const refusals = isRelease(urn) ? [NO_RELEASE] : refusalsOf(news, target);
  if (refusals.length > 0) return { inputs: news, refusals };
  const wrapped = news["metadata"] ?? {};
  const given = unwrapped(wrapped) ?? {};
  if (!isMap(given)) return { inputs: news, refusals: [] };
  const named = target.patch ? { metadata: given } : withName(request, given, unwrapped(olds["metadata"]));
  if ("refusal" in named) return { inputs: news, refusals: [{ property: "metadata.name", reason: named.refusal }] };
  const metadata = await withNamespace(named.metadata, target, cluster, unwrapped(olds["metadata"]));
  const marked = isSecret(wrapped) ? secret(metadata) : metadata;
  return { inputs: withSecretContent({ ...news, metadata: marked }, target), refusals: [] };
}

const NO_RELEASE: Refusal = {
  property: "chart",
  reason: "the sandbox's stand-in for the Kubernetes plugin has no helm.v3.Release: use helm.v4.Chart",
};

function isRelease(urn: string): boolean {
  return partsOfUrn(urn).type.startsWith("kubernetes:helm.sh/");
}

function refusalsOf(news: Properties, target: Target): Refusal[] {
  const refusals: Refusal[] = [];
  const missing = (["apiVersion", "kind"] as const).filter((key) => target[key] === "");
  refusals.push(...missing.map((property) => ({ property, reason: "is missing" })));
  if (!target.patch && isListOf(target.kind)) {
    refusals.push({ property: "kind", reason: `${target.kind} is a list of objects: make a resource of each` });
  }
  const metadata = unwrapped(news["metadata"]);
  if (metadata !== undefined && metadata !== null && !isMap(metadata) && !hasUnknown(metadata)) {
    refusals.push({ property: "metadata", reason: `must be an object, not ${JSON.stringify(metadata)}` });
  }
  if (target.patch && !nameOf(metadata)) {
    refusals.push({ property: "metadata.name", reason: "is missing: a patch names the object that it is for" });
  }
  const plainNews = plainMap(news);
  for (const [annotation, reason] of [...annotationRefusals(plainNews), ...waitForRefusals(plainNews)]) {
    refusals.push({ property: formatPath(["metadata", "annotations", annotation]), reason });
  }
  return refusals;
}

function isListOf(kind: string): boolean {
  return kind.length > "List".length && kind.endsWith("List") && /^[A-Z]/.test(kind);
}

function nameOf(metadata: Value | undefined): Value | undefined {
  return isMap(metadata) ? unwrapped(metadata["name"]) : metadata;
}

type Named = { readonly metadata: Properties } | { readonly refusal: string };

function withName(request: CheckRequest, metadata: Properties, old: Value | undefined): Named {
  if (metadata["name"] || metadata["generateName"]) return { metadata };
  const kept = keptName(old);
  if (kept === undefined && request.autonaming?.mode === "disable") {
    return { refusal: "is missing, and automatic names are switched off" };
  }
  const name = kept ?? request.autonaming?.name ?? madeUpName(partsOfUrn(request.urn).name, request.seed);
  const annotations = unwrapped(metadata["annotations"]) ?? {};
  if (!isMap(annotations)) return { metadata: { ...metadata, name } };
  return { metadata: { ...metadata, name, annotations: { ...annotations, [ANNOTATIONS.autonamed]: "true" } } };
}

/** The name that was made up before. */
function keptName(old: Value | undefined): string | undefined {
  if (!isMap(old)) return undefined;
  const annotations = unwrapped(old["annotations"]);
  const autonamed = isMap(annotations) && unwrapped(annotations[ANNOTATIONS.autonamed]) === "true";
  const name = unwrapped(old["name"]);
  return autonamed && typeof name === "string" && name !== "" && !hasUnknown(name) ? name : undefined;
}

/** A resource's name, and eight hexadecimal digits. */
export function madeUpName(resource: string, seed?: Uint8Array): string {
  const digits =
    seed && seed.length > 0
      ? createHash("sha256").update(seed).update(resource).digest("hex").slice(0, 8)
      : randomBytes(4).toString("hex");
  return `${resource}-${digits}`;
}

async function withNamespace(
  metadata: Properties,
  target: Target,
  cluster: Cluster | undefined,
  old: Value | undefined,
): Promise<Properties> {
  if (metadata["namespace"] || !cluster) return metadata;
  // A type that is not served yet: whether it has namespaces shows when the object is created.
  try {
    const type = await cluster.discovery.find(target.apiVersion, target.kind);
    return type?.namespaced ? { ...metadata, namespace: cluster.namespace } : metadata;
  } catch (error) {
    // Whether that matters shows when the object is compared or written.
    if (!isUnreachable(error)) throw error;
    const kept = isMap(old) ? old["namespace"] : undefined;
    return kept ? { ...metadata, namespace: kept } : metadata;
  }
}

function withSecretContent(inputs: Properties, { apiVersion, kind }: Target): Properties {
  if (kind !== "Secret" || apiVersion !== "v1") return inputs;
  const content = (["data", "stringData"] as const).filter((key) => inputs[key] !== undefined && inputs[key] !== null);
  return { ...inputs, ...Object.fromEntries(content.map((key) => [key, secret(inputs[key] ?? null)])) };
}
