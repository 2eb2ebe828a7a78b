import { isDeepStrictEqual } from "node:util";
import type { KubernetesClient } from "../../adapters/kubernetes/client";
import { KubernetesError } from "../../adapters/kubernetes/errors";
import { objectPath, type Collection, type KubernetesObject } from "../../adapters/kubernetes/paths";
import { mergePatch, plain, serverSideApply, type Json } from "./serverSideApply";

export type Verb = "get" | "list" | "create" | "apply" | "merge" | "replace" | "delete";

/** One request to the API server. */
export interface Call {
  readonly verb: Verb;
  /** Plural of the kind: "virtualservices". */
  readonly kind: string;
  readonly name: string;
  readonly isWrite: boolean;
}

/** Stands between a client and the API server. Whatever it throws reaches the caller instead of the answer. */
export interface Wire {
  /** Nothing has happened yet. */
  readonly before?: (call: Call) => void | Promise<void>;
  /** It has happened, and the caller does not know yet. */
  readonly after?: (call: Call) => void | Promise<void>;
}

type Meta = Json & {
  name: string;
  namespace?: string;
  resourceVersion?: string;
  generation?: number;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
};
type Stored = Json & { metadata: Meta };

const SERVER_OWNED = ["uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp"] as const;

/** A Kubernetes API server in memory: as much of one as Serin needs. */
export class FakeKubernetes {
  /** Every write that had an effect. */
  readonly writes: Call[] = [];
  private readonly objects = new Map<string, Stored>();
  private readonly applied = new Map<string, Json>();
  private readonly listeners: ((call: Call) => void)[] = [];
  private version = 100;

  constructor(readonly now: () => number = () => Date.UTC(2030, 0, 1)) {}

  /** A client of one's own. Wherever the real one is asked for, it will do. */
  client(wire: Wire = {}): KubernetesClient {
    return new FakeClient(this, wire) as unknown as KubernetesClient;
  }

  /** Calls back after each write that had an effect, before the caller hears of it. */
  onWrite(listener: (call: Call) => void): void {
    this.listeners.push(listener);
  }

  /** The object as it is, without a request. */
  peek<T>(collection: Collection, namespace: string | undefined, name: string): T | undefined {
    const found = this.objects.get(objectPath(collection, namespace, name));
    return found && (plain(found) as T);
  }

  all<T>(collection: Collection): T[] {
    return this.ofKind(collection).map((object) => plain(object) as T);
  }

  /** Somebody else creates or changes an object. */
  put(collection: Collection, object: object): void {
    const next = plain(object) as Stored;
    const path = objectPath(collection, next.metadata.namespace, next.metadata.name);
    const old = this.objects.get(path);
    this.objects.set(path, this.stamped(next, old));
  }

  /** Somebody else changes an object that exists. */
  edit<T>(collection: Collection, namespace: string | undefined, name: string, change: (object: T) => unknown): void {
    const copy = this.peek<T>(collection, namespace, name);
    if (copy === undefined) throw new Error(`there is no ${name} to edit`);
    this.put(collection, change(copy) as object);
  }

  /** Somebody else removes an object, finalizers or not. */
  drop(collection: Collection, namespace: string | undefined, name: string): void {
    this.objects.delete(objectPath(collection, namespace, name));
    this.applied.delete(objectPath(collection, namespace, name));
  }

  list(collection: Collection, namespace: string | undefined, selector = ""): Stored[] {
    const wanted = selector
      .split(",")
      .filter(Boolean)
      .map((pair) => pair.split("=") as [string, string]);
    return this.ofKind(collection)
      .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      .filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value))
      .map(plain);
  }

  get(path: string): Stored {
    const found = this.objects.get(path);
    if (!found) throw new KubernetesError(404, `${path} not found`);
    return plain(found);
  }

  create(path: string, object: Stored): Stored {
    if (this.objects.has(path)) throw new KubernetesError(409, `${path} already exists`);
    if (object.metadata.resourceVersion) throw new KubernetesError(400, "resourceVersion must not be set");
    return this.store(path, this.stamped(object, undefined));
  }

  apply(path: string, object: Stored): Stored {
    const old = this.objects.get(path);
    // Create-on-apply does not look at the resourceVersion; an existing object must have the given one.
    if (old) this.precondition(path, old, object.metadata.resourceVersion);
    const desired = withoutServerFields(object);
    const next = serverSideApply(old ?? {}, this.applied.get(path) ?? {}, desired) as Stored;
    this.applied.set(path, desired);
    return this.store(path, this.stamped(next, old));
  }

  merge(path: string, patch: Json): Stored {
    const old = this.get(path);
    this.precondition(path, old, (patch["metadata"] as Meta | undefined)?.resourceVersion);
    return this.store(path, this.stamped(mergePatch(old, plain(patch)) as Stored, old));
  }

  replace(path: string, object: Stored, subresource: "status" | undefined): Stored {
    const old = this.get(path);
    this.precondition(path, old, object.metadata.resourceVersion);
    const next = subresource === "status" ? { ...old, status: object["status"] } : { ...object, status: old["status"] };
    return this.store(path, this.stamped(plain(next) as Stored, old));
  }

  delete(path: string): void {
    const old = this.get(path);
    if (!old.metadata.finalizers?.length) this.objects.delete(path);
    else if (!old.metadata.deletionTimestamp) {
      const metadata = { ...old.metadata, deletionTimestamp: this.timestamp() };
      this.objects.set(path, this.stamped({ ...old, metadata }, old, metadata.deletionTimestamp));
    }
    if (!this.objects.has(path)) this.applied.delete(path);
  }

  /** Tells of a write that has had its effect. */
  tell(call: Call): void {
    this.writes.push(call);
    for (const listener of this.listeners) listener(call);
  }

  private ofKind(collection: Collection): Stored[] {
    const root = objectPath(collection);
    const kind = (path: string) => path.replace(/\/namespaces\/[^/]+(?=\/)/, "").replace(/\/[^/]*$/, "");
    return [...this.objects].filter(([path]) => kind(path) === root).map(([, object]) => object);
  }

  private store(path: string, next: Stored): Stored {
    const gone = next.metadata.deletionTimestamp !== undefined && !next.metadata.finalizers?.length;
    if (gone) {
      this.objects.delete(path);
      this.applied.delete(path);
    } else this.objects.set(path, next);
    return plain(next);
  }

  private precondition(path: string, old: Stored, version: string | undefined): void {
    if (version === undefined || version === old.metadata.resourceVersion) return;
    throw new KubernetesError(409, `the object ${path} has been modified`);
  }

  /** The server's own fields, as they were for an object that exists; a write that changes nothing leaves them all. */
  private stamped(object: Stored, old: Stored | undefined, deletionTimestamp?: string): Stored {
    const metadata = withoutServerFields(object).metadata;
    const kept = old?.metadata ?? { uid: `uid-${this.version}`, creationTimestamp: this.timestamp(), generation: 0 };
    const next = plain({ ...object, metadata: { ...metadata, ...pick(kept, SERVER_OWNED) } }) as Stored;
    if (deletionTimestamp !== undefined) next.metadata.deletionTimestamp = deletionTimestamp;
    if (old && isDeepStrictEqual(next, old)) return next;
    if (!isDeepStrictEqual(content(next), content(old))) next.metadata.generation = (next.metadata.generation ?? 0) + 1;
    this.version += 1;
    next.metadata.resourceVersion = String(this.version);
    return next;
  }

  private timestamp(): string {
    return new Date(this.now()).toISOString().replace(/\.\d+Z$/, "Z");
  }
}

function withoutServerFields(object: Stored): Stored {
  const copy = plain(object);
  const owned: ReadonlySet<string> = new Set(SERVER_OWNED);
  return {
    ...copy,
    metadata: pick(
      copy.metadata,
      Object.keys(copy.metadata).filter((key) => !owned.has(key)),
    ) as Meta,
  };
}

/** What the generation counts the changes of. */
function content(object: Stored | undefined): Json {
  return pick(
    object ?? {},
    Object.keys(object ?? {}).filter((key) => key !== "metadata" && key !== "status"),
  );
}

function pick(meta: Json, fields: readonly string[]): Json {
  return Object.fromEntries(fields.filter((field) => meta[field] !== undefined).map((field) => [field, meta[field]]));
}

type Public = Pick<KubernetesClient, "server" | Verb>;

class FakeClient implements Public {
  readonly clock = { now: () => this.api.now() };
  readonly server = "https://fake";

  constructor(
    private readonly api: FakeKubernetes,
    private readonly wire: Wire,
  ) {}

  get<T extends KubernetesObject>(collection: Collection, namespace: string | undefined, name: string): Promise<T> {
    return this.send("get", collection, name, () => this.api.get(objectPath(collection, namespace, name)));
  }

  list<T extends KubernetesObject>(collection: Collection, namespace?: string, labelSelector?: string): Promise<T[]> {
    return this.send("list", collection, "", () => this.api.list(collection, namespace, labelSelector));
  }

  create<T extends KubernetesObject>(collection: Collection, object: T): Promise<T> {
    return this.send("create", collection, object.metadata.name, () =>
      this.api.create(pathOf(collection, object), stored(object)),
    );
  }

  apply<T extends KubernetesObject>(collection: Collection, object: T): Promise<T> {
    return this.send("apply", collection, object.metadata.name, () =>
      this.api.apply(pathOf(collection, object), stored(object)),
    );
  }

  merge<T extends KubernetesObject>(
    collection: Collection,
    namespace: string | undefined,
    name: string,
    patch: object,
  ): Promise<T> {
    return this.send("merge", collection, name, () =>
      this.api.merge(objectPath(collection, namespace, name), patch as Json),
    );
  }

  replace<T extends KubernetesObject>(collection: Collection, object: T, subresource?: "status"): Promise<T> {
    const path = pathOf(collection, object);
    return this.send("replace", collection, object.metadata.name, () =>
      this.api.replace(path, stored(object), subresource),
    );
  }

  async delete(collection: Collection, namespace: string | undefined, name: string): Promise<void> {
    await this.send("delete", collection, name, () => this.api.delete(objectPath(collection, namespace, name)));
  }

  private async send<T>(verb: Verb, { plural }: Collection, name: string, effect: () => unknown): Promise<T> {
    const call: Call = { verb, kind: plural, name, isWrite: verb !== "get" && verb !== "list" };
    await this.wire.before?.(call);
    const answer = effect() as T;
    if (call.isWrite) this.api.tell(call);
    await this.wire.after?.(call);
    return answer;
  }
}

function stored(object: KubernetesObject): Stored {
  return plain(object) as unknown as Stored;
}

function pathOf(collection: Collection, { metadata }: KubernetesObject): string {
  return objectPath(collection, metadata.namespace, metadata.name);
}
