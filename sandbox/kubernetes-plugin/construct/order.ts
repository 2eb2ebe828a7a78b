import type { Properties } from "../values/value";
import { isMap } from "../values/value";
import { groupOf } from "../objects/target";

/** An object of a group, with what its place among the others depends on. */
export interface Placed {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Undefined for what has no namespace. */
  readonly namespace: string | undefined;
  readonly object: Properties;
}

const DEPENDS_ON = "config.kubernetes.io/depends-on";
/** What pods are made from, and what these kinds of objects are to find when they start. */
const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"];
const SETTINGS = ["Secret", "ConfigMap", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"];
const WEBHOOKS = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];

/**
 * Which objects each one waits for, by index: its namespace, its type, what its annotation names; for a workload the
 * settings and rights beside it, which some programs look for only when they start; and for a webhook configuration all
 * that is none, since from then on the webhook's own server is asked.
 *
 * @throws Error for an annotation that names nothing in the group, and where objects wait for each other
 */
export function dependenciesOf(objects: readonly Placed[]): ReadonlyMap<number, ReadonlySet<number>> {
  const dependencies = new Map(objects.map((object, index) => [index, new Set(indicesFor(object, index, objects))]));
  refuseCycles(objects, dependencies);
  return dependencies;
}

function indicesFor(object: Placed, index: number, all: readonly Placed[]): number[] {
  const named = namedBy(object, all);
  // What is implied gives way to what an annotation says.
  const implied = all.flatMap((other, i) =>
    i !== index && impliedBy(object, other) && !namedBy(other, all).includes(index) ? [i] : [],
  );
  return [...named, ...implied];
}

function impliedBy(object: Placed, other: Placed): boolean {
  if (isKind(other, "", "Namespace") && other.name === object.namespace) return true;
  if (isKind(other, "apiextensions.k8s.io", "CustomResourceDefinition") && defines(other, object)) return true;
  if (WORKLOADS.includes(object.kind) && SETTINGS.includes(other.kind)) {
    return other.namespace === undefined || other.namespace === object.namespace;
  }
  return isWebhook(object) && !isWebhook(other);
}

function isKind({ apiVersion, kind }: Placed, group: string, wanted: string): boolean {
  return kind === wanted && groupOf(apiVersion) === group;
}

function isWebhook({ kind }: Placed): boolean {
  return WEBHOOKS.includes(kind);
}

function defines({ object }: Placed, { apiVersion, kind }: Placed): boolean {
  const spec = isMap(object["spec"]) ? object["spec"] : {};
  const names = isMap(spec["names"]) ? spec["names"] : {};
  return spec["group"] === groupOf(apiVersion) && names["kind"] === kind;
}

/** References such as `apps/namespaces/shop/Deployment/web` or `/Namespace/shop`, with commas between them. */
function namedBy({ object, name, kind }: Placed, all: readonly Placed[]): number[] {
  const metadata = isMap(object["metadata"]) ? object["metadata"] : {};
  const annotations = isMap(metadata["annotations"]) ? metadata["annotations"] : {};
  const text = annotations[DEPENDS_ON];
  if (typeof text !== "string" || text.trim() === "") return [];
  return text.split(",").map((reference) => {
    const index = all.findIndex((other) => referenceTo(other) === reference.trim());
    if (index < 0) {
      throw new Error(`${kind} ${name}: '${DEPENDS_ON}' names ${reference.trim()}, which is not among the objects`);
    }
    return index;
  });
}

function referenceTo({ apiVersion, kind, name, namespace }: Placed): string {
  const place = namespace === undefined ? "" : `namespaces/${namespace}/`;
  return `${groupOf(apiVersion)}/${place}${kind}/${name}`;
}

function refuseCycles(objects: readonly Placed[], dependencies: ReadonlyMap<number, ReadonlySet<number>>): void {
  const state = new Map<number, "open" | "done">();
  const visit = (index: number, trail: readonly number[]): void => {
    if (state.get(index) === "done") return;
    if (state.get(index) === "open") {
      const circle = trail.slice(trail.indexOf(index)).map((i) => `${objects[i]?.kind} ${objects[i]?.name}`);
      throw new Error(`objects wait for each other: ${circle.join(", ")}`);
    }
    state.set(index, "open");
    for (const dependency of dependencies.get(index) ?? []) visit(dependency, [...trail, index]);
    state.set(index, "done");
  };
  for (const index of dependencies.keys()) visit(index, []);
}
