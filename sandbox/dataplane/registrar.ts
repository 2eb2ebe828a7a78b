import { setTimeout as sleep } from "node:timers/promises";
import { ApiException, type KubernetesObject, KubernetesObjectApi, PatchStrategy } from "@kubernetes/client-node";
import type { Pod } from "../mesh/model";
import { workloadEntryOf, type WorkloadEntry } from "./workloadEntries";

const fieldManager = "serin-sandbox-data-plane";
const retryMs = 250;

/** Keeps the WorkloadEntries equal to the pods that can be sent requests. Each is written by one write at a time. */
export class Registrar {
  private wanted = new Map<string, WorkloadEntry>();
  /** As JSON, what was written last. */
  private readonly written = new Map<string, string>();
  private readonly busy = new Set<string>();

  constructor(
    private readonly api: Pick<KubernetesObjectApi, "patch" | "delete">,
    private readonly log: (message: string) => void,
    private readonly signal: AbortSignal,
    /** Ends early when the signal aborts. */
    private readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown> = pauseUnlessAborted,
  ) {}

  follow(pods: readonly Pod[]): void {
    const entries = pods.flatMap((pod) => workloadEntryOf(pod) ?? []);
    this.wanted = new Map(entries.map((entry) => [keyOf(entry), entry]));
    for (const key of new Set([...this.wanted.keys(), ...this.written.keys()])) void this.settle(key);
  }

  /** Entries that an earlier run left behind: the next {@link follow} removes them unless their pods are still there. */
  adopt(entries: readonly WorkloadEntry[]): void {
    for (const entry of entries) this.written.set(keyOf(entry), "");
  }

  private async settle(key: string): Promise<void> {
    if (this.busy.has(key)) return;
    this.busy.add(key);
    try {
      for (;;) {
        const entry = this.wanted.get(key);
        const text = entry && JSON.stringify(entry);
        if (this.signal.aborted || this.written.get(key) === text) return;
        try {
          await (entry ? this.apply(entry) : this.remove(key));
          if (text === undefined) this.written.delete(key);
          else this.written.set(key, text);
        } catch (error) {
          // The pod's namespace is being deleted, and the entry with it.
          if (entry && error instanceof ApiException && (error.code === 403 || error.code === 404)) {
            if (JSON.stringify(this.wanted.get(key)) === text) return;
            continue;
          }
          this.log(`WorkloadEntry ${key}: ${error instanceof Error ? error.message : String(error)}; trying again`);
          await this.pause(retryMs * (0.5 + Math.random()), this.signal);
        }
      }
    } finally {
      this.busy.delete(key);
    }
  }

  private async apply(entry: WorkloadEntry): Promise<void> {
    const object = entry as unknown as KubernetesObject;
    await this.api.patch(object, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply);
  }

  private async remove(key: string): Promise<void> {
    const [namespace, name = ""] = key.split("/");
    const metadata = { namespace, name };
    await this.api.delete({ apiVersion: "networking.istio.io/v1", kind: "WorkloadEntry", metadata }).catch(ifGone);
  }
}

function pauseUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}

function keyOf({ metadata }: { readonly metadata: { readonly namespace: string; readonly name: string } }): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function ifGone(error: unknown): void {
  if (!(error instanceof ApiException && error.code === 404)) throw error;
}
