import type { Cluster } from "../../../sandbox/kubernetes-plugin/cluster/cluster";
import type { KubernetesManifest } from "../../../sandbox/kubernetes-plugin/cluster/object";
import { groupOf } from "../../../sandbox/kubernetes-plugin/objects/target";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const fieldManager = "serin-test";

interface Claim {
  readonly metadata: { readonly name: string };
}

interface Workload {
  readonly spec?: {
    readonly template?: {
      readonly metadata?: object;
      readonly spec: { readonly volumes?: readonly object[] };
    };
    readonly volumeClaimTemplates?: readonly Claim[];
  };
}

export function describe({ kind, metadata }: KubernetesManifest): string {
  return `${kind} ${[metadata?.namespace, metadata?.name].filter(Boolean).join("/")}`;
}

/** The level of Pod Security that a namespace asks for. */
export function levelOf({ metadata }: KubernetesManifest): string | undefined {
  return (metadata?.["labels"] as Record<string, string> | undefined)?.[ENFORCE];
}

/** What a pod of the object would be; undefined where it has none. */
export function podOf(object: KubernetesManifest): KubernetesManifest | undefined {
  const { template, volumeClaimTemplates = [] } = (object as Workload).spec ?? {};
  if (template === undefined || !["apps", "batch"].includes(groupOf(object.apiVersion))) return undefined;
  const { name, namespace } = object.metadata ?? {};
  // As the controller of StatefulSets adds them.
  const claimed = volumeClaimTemplates.map(({ metadata: { name: volume } }) => ({
    name: volume,
    persistentVolumeClaim: { claimName: `${volume}-${name}-0` },
  }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...template.metadata, name: `${name}-0`, namespace },
    spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claimed] },
  } as unknown as KubernetesManifest;
}

/** What objects are made of and in: types, namespaces as they are asked for, others at the level `restricted`, accounts. */
export async function prepare(cluster: Cluster, objects: readonly KubernetesManifest[]): Promise<void> {
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  const apply = (object: KubernetesManifest) => send(cluster, object, false);
  await Promise.all(unique(ofKind("CustomResourceDefinition")).map(apply));
  const namespaces = ofKind("Namespace");
  const made = new Set(namespaces.map(({ metadata }) => metadata?.name));
  const others = [...new Set(objects.map(({ metadata }) => metadata?.namespace ?? "default"))]
    .filter((name) => !made.has(name))
    .map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { [ENFORCE]: "restricted" } } }));
  await Promise.all(unique([...namespaces, ...others]).map(apply));
  await Promise.all(unique(ofKind("ServiceAccount")).map(apply));
}

/** @returns why the API server would refuse an object; undefined if it would take it */
export function refusal(cluster: Cluster, object: KubernetesManifest): Promise<string | undefined> {
  return send(cluster, object, true).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** Sends an object by server-side apply, which also creates it, with strict validation of its fields. @throws Error that names it */
async function send(cluster: Cluster, object: KubernetesManifest, dryRun: boolean): Promise<void> {
  const { apiVersion, kind, metadata } = object;
  if (metadata?.name === undefined) throw new Error(`${kind} without a name`);
  try {
    const type = await cluster.typeOf(apiVersion, kind);
    const key = cluster.keyOf(type, metadata.namespace, metadata.name);
    await cluster.apply(key, object, { fieldManager, force: true, dryRun });
  } catch (cause) {
    throw new Error(`${describe(object)}: ${(cause as Error).message}`, { cause });
  }
}

/** The first one of each name. */
function unique(objects: readonly KubernetesManifest[]): KubernetesManifest[] {
  return [...new Map([...objects].reverse().map((object) => [describe(object), object])).values()];
}
