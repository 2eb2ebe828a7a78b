/** The least that every Kubernetes object has. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion?: string };
}

/** A kind of object as the REST API addresses it. */
export interface Collection {
  /** `v1`, or `group/version`. */
  readonly apiVersion: string;
  readonly plural: string;
}

export const NAMESPACES: Collection = { apiVersion: "v1", plural: "namespaces" };
export const SERVICES: Collection = { apiVersion: "v1", plural: "services" };
export const CONFIG_MAPS: Collection = { apiVersion: "v1", plural: "configmaps" };
export const DEPLOYMENTS: Collection = { apiVersion: "apps/v1", plural: "deployments" };
export const LEASES: Collection = { apiVersion: "coordination.k8s.io/v1", plural: "leases" };
export const EVENTS: Collection = { apiVersion: "v1", plural: "events" };
export const EXPERIMENTS: Collection = { apiVersion: "iter8.tools/v1alpha1", plural: "experiments" };
export const CUSTOM_RESOURCE_DEFINITIONS: Collection = {
  apiVersion: "apiextensions.k8s.io/v1",
  plural: "customresourcedefinitions",
};

/**
 * Path of an object, or of all objects of its kind when there is no name.
 *
 * @example objectPath(DEPLOYMENTS, "default", "web") // "/apis/apps/v1/namespaces/default/deployments/web"
 */
export function objectPath({ apiVersion, plural }: Collection, namespace?: string, name?: string): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}
