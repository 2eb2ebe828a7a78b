import type { KubernetesClient, Scope } from "./client";
import { KubernetesError } from "./errors";
import { readLines } from "./lines";
import { ObjectCache, type ObjectCacheOptions } from "./objectCache";
import type { Collection, KubernetesObject } from "./paths";

export interface InformerOptions<T extends KubernetesObject> extends ObjectCacheOptions<T> {
  readonly client: Pick<KubernetesClient, "page" | "watch">;
  readonly collection: Collection;
  readonly scope?: Scope;
  /** Hears why the collection is not followed for the moment; once each time it begins. */
  readonly onTrouble?: (text: string) => void;
  readonly clock: { readonly monotonic: () => number; readonly sleep: (ms: number) => Promise<void> };
  /** Source of jitter, [0, 1). */
  readonly random?: () => number;
}

/** A watch is asked for anew after this time, in s; up to twice as long, so that not all end at once. */
const WATCH_SECONDS = 900;
/** The API server says each minute how far a quiet watch has come. One that says nothing for this long, in ms, is dead. */
const SILENCE_MS = 150_000;
const BACKOFF_MS = { first: 100, longest: 10_000 };
/** A watch that lasted this long, in ms, was a good one, however it ended. */
const STEADY_MS = 5000;
/** Whoever ends the process does not wait for longer than this, in ms. */
const NAP_MS = 250;

/**
 * Keeps a copy of a collection: a list, then a watch from there, and again whenever the watch breaks. A watch that ends or
 * breaks goes on where it was; only where the API server has forgotten that moment is everything listed anew.
 */
export class Informer<T extends KubernetesObject> {
  readonly cache: ObjectCache<T>;
  private version: string | undefined;
  private hasSynced = false;
  /** When the present watch was answered, by the monotonic clock. */
  private openedAt: number | undefined;
  /** Whether the present watch has said anything of use. */
  private hasHeard = false;
  private onSynced: () => void = () => undefined;
  /** Resolves when the copy is complete for the first time. */
  readonly synced = new Promise<void>((resolve) => (this.onSynced = resolve));

  constructor(private readonly options: InformerOptions<T>) {
    this.cache = new ObjectCache(options);
  }

  get isSynced(): boolean {
    return this.hasSynced;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random = Math.random, onTrouble = () => undefined } = this.options;
    let failures = 0;
    let inTrouble = false;
    while (!signal.aborted) {
      this.openedAt = undefined;
      this.hasHeard = false;
      let fault: unknown;
      try {
        // A request for a list cannot be called off, but nobody has to wait for it.
        if (this.version === undefined) await untilAborted(signal, this.list(signal));
        if (!signal.aborted) await this.watch(signal);
      } catch (error) {
        fault = error;
      }
      if (signal.aborted) return;
      const wasSteady = clock.monotonic() - (this.openedAt ?? clock.monotonic()) >= STEADY_MS;
      if (wasSteady || this.hasHeard) inTrouble = false;
      if (isExpired(fault)) this.version = undefined;
      if (fault !== undefined && !isForgotten(fault)) {
        if (!inTrouble) onTrouble((fault as Error).message);
        inTrouble = true;
      }
      // One that ends at once, in good order or not, is not asked for again at once.
      failures = wasSteady ? 0 : failures + 1;
      let left = failures === 0 ? 0 : backoff(failures, random);
      for (; left > 0 && !signal.aborted; left -= NAP_MS) await clock.sleep(Math.min(NAP_MS, left));
    }
  }

  private async list(signal: AbortSignal): Promise<void> {
    const { client, collection, scope = {} } = this.options;
    const seenBefore = this.cache.newestVersion;
    const found: T[] = [];
    let next: string | undefined;
    let version = "0";
    do {
      const page = await client.page(collection, scope, next);
      if (signal.aborted) return;
      for (const item of page.items) found.push(item as T);
      ({ next, resourceVersion: version } = page);
    } while (next !== undefined);
    this.cache.replace(found, Number(version), seenBefore);
    this.version = version;
    this.hasSynced = true;
    this.onSynced();
  }

  private async watch(signal: AbortSignal): Promise<void> {
    const { client, collection, scope = {}, clock, random = Math.random } = this.options;
    const silent = new AbortController();
    const timeoutSeconds = Math.round(WATCH_SECONDS * (1 + random()));
    const quiet = setTimeout(() => silent.abort(new Error("the watch has fallen silent")), SILENCE_MS);
    quiet.unref();
    const stop = AbortSignal.any([signal, silent.signal]);
    try {
      const stream = await client.watch(collection, scope, this.version ?? "0", { timeoutSeconds, signal: stop });
      this.openedAt = clock.monotonic();
      await readLines(stream, (line) => {
        quiet.refresh();
        this.take(JSON.parse(line) as WatchEvent<T>);
      });
    } catch (error) {
      throw silent.signal.aborted ? silent.signal.reason : error;
    } finally {
      clearTimeout(quiet);
    }
  }

  private take({ type, object }: WatchEvent<T>): void {
    if (type === "ERROR") {
      const { code = 500, message = "without a reason" } = object as { code?: number; message?: string };
      throw new KubernetesError(code, `the watch of ${this.options.collection.plural} failed: ${message}`);
    }
    if (type === "DELETED") this.cache.forget(object);
    else if (type !== "BOOKMARK") this.cache.see(object);
    this.version = object.metadata.resourceVersion ?? this.version;
    this.hasHeard = true;
  }
}

interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: T;
}

/** The API server does not know that moment, or that page of a list, any more: nothing unusual. */
function isForgotten(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 410;
}

/** What was asked for must not be asked for again: only a list can help. */
function isExpired(error: unknown): boolean {
  return isForgotten(error) || (error instanceof KubernetesError && error.status === 400);
}

/** What the work results in, or nothing once the signal aborts; then nobody hears how the work ends. */
function untilAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Exponential backoff with full jitter. */
function backoff(failures: number, random: () => number): number {
  return random() * Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** Math.min(failures - 1, 16));
}
