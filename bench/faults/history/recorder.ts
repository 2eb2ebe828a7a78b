import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { DESTINATION_RULES, VIRTUAL_SERVICES } from "../../../adapters/istio/rules";
import {
  EXPERIMENTS,
  LEASES,
  objectPath,
  type Collection,
  type KubernetesObject,
} from "../../../adapters/kubernetes/paths";
import { collection } from "../../../sandbox/mesh/apiServer";
import { runWatchLoop } from "../../../sandbox/mesh/watchLoop";
import type { Histories, Kind } from "./histories";

const COLLECTIONS: Readonly<Record<Kind, Collection>> = {
  experiment: EXPERIMENTS,
  virtualService: VIRTUAL_SERVICES,
  destinationRule: DESTINATION_RULES,
  lease: LEASES,
};

interface Listed extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & { managedFields?: unknown };
}

export interface RecorderOptions {
  /** The sandbox's own kubeconfig: past the proxies that the drivers are given. */
  readonly kubeconfig: string;
  readonly histories: Histories;
  /** Namespaces of the bench. */
  readonly isWatched: (namespace: string) => boolean;
  /** ms of the bench's clock. */
  readonly now: () => number;
  /** Time between two samples, in ms. */
  readonly sampleEveryMs: number;
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
}

/**
 * Sees every version of the records, routes and Leases by watches straight at the API server. When a watch is cut off,
 * versions may be missed until the next list; a sampler, which lists the routes from the API server's watch cache again
 * and again, narrows these gaps and is a second witness for the rest.
 */
export class Recorder {
  /** How often the sampler has looked at a route, and how many versions it was the first to see. */
  readonly samples = { taken: 0, first: 0 };
  private readonly config = new KubeConfig();
  private readonly running: Promise<unknown>;

  constructor(private readonly options: RecorderOptions) {
    this.config.loadFromFile(options.kubeconfig);
    const watches = (Object.keys(COLLECTIONS) as Kind[]).map((kind) => this.watch(kind));
    this.running = Promise.all([...watches, this.sample("virtualService"), this.sample("destinationRule")]);
  }

  /** Resolves when everything has stopped, after the signal. */
  async stopped(): Promise<void> {
    await this.running;
  }

  private watch(kind: Kind): Promise<void> {
    const { signal, now, log, histories } = this.options;
    return runWatchLoop({
      name: COLLECTIONS[kind].plural,
      source: collection(this.config, objectPath(COLLECTIONS[kind])),
      sink: {
        upsert: (object) => void this.see(kind, object as Listed, false),
        remove: (object) => this.seeDeleted(kind, object as Listed),
        replace: (objects) => {
          const listed = (objects as Listed[]).map(
            (object) => (this.see(kind, object, true), object.metadata.namespace),
          );
          // Its last revision is not known any more; the newest of the list is late enough.
          const newest = Math.max(0, ...(objects as Listed[]).map(revisionOf));
          for (const namespace of histories.namespacesWith(kind)) {
            if (!listed.includes(namespace)) {
              histories.add(kind, namespace, { revision: newest + 0.5, at: now(), afterGap: true });
            }
          }
        },
      },
      signal,
      sleep: (ms, stop) => sleep(Math.min(ms, 100), undefined, { signal: stop }).catch(() => undefined),
      now: () => performance.now(),
      random: Math.random,
      log,
    });
  }

  private see(kind: Kind, object: Listed, afterGap: boolean): boolean {
    const { namespace, name } = object.metadata;
    const { histories, isWatched, now } = this.options;
    if (namespace === undefined || !isWatched(namespace)) return false;
    if (kind === "lease" && !name.startsWith("serin-")) return false; // other parts of the cluster have theirs
    delete object.metadata.managedFields;
    return histories.add(kind, namespace, { revision: revisionOf(object), at: now(), object, afterGap });
  }

  private seeDeleted(kind: Kind, object: Listed): void {
    const { namespace } = object.metadata;
    if (namespace === undefined || !this.options.isWatched(namespace)) return;
    const revision = revisionOf(object);
    this.options.histories.add(kind, namespace, { revision, at: this.options.now(), afterGap: false });
  }

  private async sample(kind: "virtualService" | "destinationRule"): Promise<void> {
    const { signal, sampleEveryMs } = this.options;
    const source = collection(this.config, `${objectPath(COLLECTIONS[kind])}?resourceVersion=0`);
    while (!signal.aborted) {
      const due = performance.now() + sampleEveryMs;
      try {
        for (const object of (await source.list(signal)).items as Listed[]) {
          this.samples.taken += 1;
          if (this.see(kind, object, false)) this.samples.first += 1;
        }
      } catch {
        await sleep(100); // The API server is down; the watches say so.
      }
      await sleep(Math.max(0, due - performance.now()), undefined, { signal }).catch(() => undefined);
    }
  }
}

function revisionOf({ metadata }: KubernetesObject): number {
  return Number(metadata.resourceVersion);
}
