import type { KubernetesApi } from "../adapters/kubernetes/api";
import { KubernetesError } from "../adapters/kubernetes/errors";
import type { ObjectCache } from "../adapters/kubernetes/objectCache";
import { objectPath, type Collection, type KubernetesObject } from "../adapters/kubernetes/paths";
import type { Gate, RequestUrgency } from "./gate";

/** The copy of a collection in which an object would be found, if it exists. */
export type CacheOf = (collection: Collection) => ObjectCache<KubernetesObject> | undefined;

/**
 * The cluster as the informers have it: what they copy is read without a request, and the answers to own writes go into the
 * copies at once, so that whoever wrote reads what he wrote. Every write is conditional on what was read, so a copy that lags
 * behind costs a conflict and no more. Requests go through the gate.
 */
export class CachedApi implements KubernetesApi {
  /** How urgent the next requests are. */
  urgency: RequestUrgency = "status";

  constructor(
    private readonly api: KubernetesApi,
    private readonly cacheOf: CacheOf,
    private readonly gate: Gate,
  ) {}

  async get<T extends KubernetesObject>(
    collection: Collection,
    namespace: string | undefined,
    name: string,
  ): Promise<T> {
    const cache = this.cacheOf(collection);
    if (cache === undefined) return this.send(() => this.api.get<T>(collection, namespace, name));
    const found = cache.get(namespace, name);
    if (found === undefined) throw new KubernetesError(404, `${objectPath(collection, namespace, name)} not found`);
    return found as T;
  }

  async list<T extends KubernetesObject>(
    collection: Collection,
    namespace?: string,
    labelSelector?: string,
  ): Promise<T[]> {
    const cache = this.cacheOf(collection);
    if (cache === undefined || labelSelector !== undefined) {
      return this.send(() => this.api.list<T>(collection, namespace, labelSelector));
    }
    const all = [...cache.values()] as T[];
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  create<T extends KubernetesObject>(collection: Collection, object: T): Promise<T> {
    return this.write(collection, () => this.api.create(collection, object));
  }

  apply<T extends KubernetesObject>(collection: Collection, object: T): Promise<T> {
    return this.write(collection, () => this.api.apply(collection, object));
  }

  merge<T extends KubernetesObject>(
    collection: Collection,
    namespace: string | undefined,
    name: string,
    patch: object,
  ): Promise<T> {
    return this.write(collection, () => this.api.merge<T>(collection, namespace, name, patch));
  }

  replace<T extends KubernetesObject>(collection: Collection, object: T, subresource?: "status"): Promise<T> {
    return this.write(collection, () => this.api.replace(collection, object, subresource));
  }

  delete(collection: Collection, namespace: string | undefined, name: string): Promise<void> {
    return this.send(() => this.api.delete(collection, namespace, name));
  }

  private async write<T extends KubernetesObject>(collection: Collection, request: () => Promise<T>): Promise<T> {
    const written = await this.send(request);
    this.cacheOf(collection)?.remember(written);
    return written;
  }

  private send<T>(request: () => Promise<T>): Promise<T> {
    return this.gate.run(this.urgency, request);
  }
}
