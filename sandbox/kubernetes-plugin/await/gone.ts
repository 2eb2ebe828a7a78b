import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster, ObjectKey } from "../cluster/cluster";
import { conditionsOf, type LiveObject } from "../cluster/object";

const DEFAULT_TIMEOUT_MS = 10 * 60_000;
const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 1000;

export interface GoneOptions {
  readonly key: ObjectKey;
  /** Of the object that was deleted; another one under its name counts as gone. */
  readonly uid: string;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

/** Waits until an object is no longer there. @throws Error that says what holds it */
export async function awaitGone(
  cluster: Cluster,
  { key, uid, timeoutMs, signal, onProgress }: GoneOptions,
): Promise<void> {
  const limitMs = timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const deadline = performance.now() + limitMs;
  let said = "";
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(LONGEST_POLL_MS, pollMs * 1.5)) {
    const live = await cluster.get(key);
    if (!live || live.metadata.uid !== uid) return;
    const held = `waiting for the object to be gone${heldBy(live)}`;
    if (held !== said) onProgress((said = held));
    if (signal.aborted) throw new Error(`${held}: cancelled`);
    if (performance.now() > deadline) throw new Error(`timed out after ${limitMs / 1000} s ${held}`);
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** What keeps an object that is deleted: its finalizers, and what a namespace says of its content. */
export function heldBy(live: LiveObject): string {
  const finalizers = (live.metadata["finalizers"] ?? []) as unknown as readonly string[];
  const remaining = conditionsOf(live)
    .filter(({ type, status }) => status === "True" && /Remaining|Failure/.test(type))
    .map(({ message }) => message ?? "");
  const reasons = [...(finalizers.length > 0 ? [`finalizers: ${finalizers.join(", ")}`] : []), ...remaining];
  return reasons.length > 0 ? ` (${reasons.join("; ")})` : "";
}
