import type { Collection, KubernetesObject } from "./paths";

/** The objects of a cluster, as the rest of Serin reads and writes them. Failures are `KubernetesError`s. */
export interface KubernetesApi {
  get<T extends KubernetesObject>(collection: Collection, namespace: string | undefined, name: string): Promise<T>;

  list<T extends KubernetesObject>(collection: Collection, namespace?: string, labelSelector?: string): Promise<T[]>;

  create<T extends KubernetesObject>(collection: Collection, object: T): Promise<T>;

  /**
   * Server-side apply: the fields given become Serin's, all others are left alone. With a `resourceVersion` in the
   * metadata it fails with a conflict when the object has changed since.
   */
  apply<T extends KubernetesObject>(collection: Collection, object: T): Promise<T>;

  /** JSON merge patch. Give `metadata.resourceVersion` to make it conditional. */
  merge<T extends KubernetesObject>(
    collection: Collection,
    namespace: string | undefined,
    name: string,
    patch: object,
  ): Promise<T>;

  /** Replaces the object, or its status alone; conditional on the resourceVersion that it carries. */
  replace<T extends KubernetesObject>(collection: Collection, object: T, subresource?: "status"): Promise<T>;

  delete(collection: Collection, namespace: string | undefined, name: string): Promise<void>;
}
