import { Readable } from "node:stream";
import type { KubernetesClient, Page } from "../../adapters/kubernetes/client";
import { KubernetesError } from "../../adapters/kubernetes/errors";
import type { KubernetesObject } from "../../adapters/kubernetes/paths";

export type Thing = KubernetesObject & { readonly value?: string };

interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: Thing;
  readonly version: number;
}

/** How a request for a list or a watch is met; undefined: it is answered. */
export type Meet = (verb: "page" | "watch", nth: number) => Error | undefined;

/** An API server with one collection: lists in pages, and watches that a test breaks as it likes. */
export class FakeWatch {
  readonly asked: string[] = [];
  readonly objects = new Map<string, Thing>();
  /** The watches that are open. */
  readonly streams: Readable[] = [];
  pageSize = 2;
  meet: Meet = () => undefined;
  private changes: Change[] = [];
  private version = 10;
  private forgotten = 0;

  readonly client: Pick<KubernetesClient, "page" | "watch"> = {
    page: async (_collection, _scope, after) => this.page(after),
    watch: async (_collection, _scope, version, { signal }) => this.watch(Number(version), signal),
  };

  set(name: string, value: string): void {
    this.version += 1;
    const object = { metadata: { name, namespace: "n", resourceVersion: String(this.version) }, value };
    const type = this.objects.has(name) ? "MODIFIED" : "ADDED";
    this.objects.set(name, object);
    this.send({ type, object, version: this.version });
  }

  remove(name: string): void {
    const object = this.objects.get(name);
    if (object === undefined) return;
    this.version += 1;
    this.objects.delete(name);
    const metadata = { ...object.metadata, resourceVersion: String(this.version) };
    this.send({ type: "DELETED", object: { ...object, metadata }, version: this.version });
  }

  /** Nothing is known any more of what has happened so far. */
  compact(): void {
    this.changes = [];
    this.forgotten = this.version;
  }

  bookmark(): void {
    this.push({ type: "BOOKMARK", object: { metadata: { resourceVersion: String(this.version) } } });
  }

  push(event: object): void {
    this.write(`${JSON.stringify(event)}\n`);
  }

  write(text: string | Buffer): void {
    for (const stream of this.streams) stream.push(text);
  }

  end(): void {
    for (const stream of this.streams.splice(0)) stream.push(null);
  }

  breakOff(): void {
    for (const stream of this.streams.splice(0)) stream.destroy(new Error("connection reset"));
  }

  private send(change: Change): void {
    this.changes.push(change);
    this.push({ type: change.type, object: change.object });
  }

  private page(after: string | undefined): Page {
    this.asked.push(`page ${after ?? "first"}`);
    this.fail("page");
    const all = [...this.objects.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    const begin = Number(after ?? 0);
    const end = begin + this.pageSize;
    const items = all.slice(begin, end).map((one) => structuredClone(one));
    return { items, resourceVersion: String(this.version), next: end < all.length ? String(end) : undefined };
  }

  private watch(since: number, signal: AbortSignal): Readable {
    this.asked.push(`watch ${since}`);
    this.fail("watch");
    if (since < this.forgotten) throw new KubernetesError(410, "too old resource version");
    const stream = new Readable({ read: () => undefined, signal });
    for (const { type, object } of this.changes.filter(({ version }) => version > since)) {
      stream.push(`${JSON.stringify({ type, object })}\n`);
    }
    stream.once("close", () => {
      const at = this.streams.indexOf(stream);
      if (at >= 0) this.streams.splice(at, 1);
    });
    this.streams.push(stream);
    return stream;
  }

  private fail(verb: "page" | "watch"): void {
    const error = this.meet(verb, this.asked.length);
    if (error !== undefined) throw error;
  }
}
