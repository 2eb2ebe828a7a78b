import type { KubernetesObject } from "./paths";

/** `namespace/name`. */
export type Key = string;

export function keyOf({ metadata: { namespace = "", name } }: KubernetesObject): Key {
  return `${namespace}/${name}`;
}

/** Hears of each change; `undefined` stands for an object that is not, or was not, there. */
export type OnChange<T> = (now: T | undefined, before: T | undefined) => void;

export interface ObjectCacheOptions<T> {
  /** Hears of changes that somebody else made. */
  readonly onChange?: OnChange<T>;
  /** A copy of an object without what nobody needs. */
  readonly trim?: (object: T) => T;
}

/** How many objects that were deleted lately are remembered, so that a late answer does not bring one back. */
const REMEMBERED = 1000;

/**
 * The objects of one collection as they were last seen, from whatever source: lists, watches, and the answers to own writes.
 * What is older than what is known is ignored.
 */
export class ObjectCache<T extends KubernetesObject> {
  private readonly objects = new Map<Key, T>();
  private readonly deleted = new Map<Key, number>();
  private newest = 0;

  private readonly onChange: OnChange<T>;
  private readonly trim: (object: T) => T;

  constructor({ onChange = () => undefined, trim = (object) => object }: ObjectCacheOptions<T> = {}) {
    this.onChange = onChange;
    this.trim = trim;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.objects.get(`${namespace ?? ""}/${name}`);
  }

  values(): IterableIterator<T> {
    return this.objects.values();
  }

  get size(): number {
    return this.objects.size;
  }

  /** The newest resourceVersion seen. */
  get newestVersion(): number {
    return this.newest;
  }

  /** An object as a watch shows it. */
  see(object: T): void {
    const before = this.take(object);
    if (before !== STALE) this.onChange(this.objects.get(keyOf(object)), before);
  }

  /** An object as the answer to one's own write shows it: nobody is told, for whoever wrote it knows. */
  remember(object: T): void {
    this.take(object);
  }

  /** An object that a watch shows to be gone. */
  forget(object: T): void {
    const key = keyOf(object);
    const version = versionOf(object);
    const before = this.objects.get(key);
    if (before && versionOf(before) > version) return; // made anew since
    this.objects.delete(key);
    this.bury(key, version);
    if (before) this.onChange(undefined, before);
  }

  /**
   * The whole collection, as a list shows it.
   *
   * @param version the list's resourceVersion; one that is older than what was seen before is a cluster restored from a
   *   backup, and replaces everything
   * @param seenBefore the newest resourceVersion seen when the list was asked for: what is written while its answer is on its
   *   way is newer than the list. Default: the newest seen by now
   */
  replace(list: readonly T[], version: number, seenBefore = this.newest): void {
    const isRestored = version < seenBefore;
    this.newest = isRestored ? version : Math.max(this.newest, version);
    if (isRestored) this.deleted.clear();
    const listed = new Set(list.map(keyOf));
    for (const [key, before] of this.objects) {
      if (listed.has(key) || (!isRestored && versionOf(before) > version)) continue;
      this.objects.delete(key);
      this.onChange(undefined, before);
    }
    for (const object of list) {
      if (isRestored) this.objects.delete(keyOf(object));
      this.see(object);
    }
  }

  private take(object: T): T | undefined | typeof STALE {
    const key = keyOf(object);
    const version = versionOf(object);
    this.newest = Math.max(this.newest, version);
    const before = this.objects.get(key);
    if (before && versionOf(before) >= version) return STALE;
    if ((this.deleted.get(key) ?? -1) >= version) return STALE;
    delete (object.metadata as { managedFields?: unknown }).managedFields; // as large as all the rest
    this.objects.set(key, this.trim(object));
    return before;
  }

  private bury(key: Key, version: number): void {
    this.deleted.delete(key);
    this.deleted.set(key, version);
    const [oldest] = this.deleted.keys();
    if (this.deleted.size > REMEMBERED && oldest !== undefined) this.deleted.delete(oldest);
  }
}

const STALE = Symbol("older than what is known");

/** Resource versions of one cluster can be compared, as numbers. */
export function versionOf({ metadata }: KubernetesObject): number {
  return Number(metadata.resourceVersion ?? 0);
}
