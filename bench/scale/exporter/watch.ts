import { setTimeout as sleep } from "node:timers/promises";
import { Watch, type KubeConfig } from "@kubernetes/client-node";
import { objectPath, type Collection } from "../../../adapters/kubernetes/paths";

const PAUSE_MS = 200;

/**
 * Shows all objects of a kind, as they are and each time they change, until the signal. A watch that ended is begun anew,
 * and shows all objects again.
 *
 * @param onOpen called whenever a watch begins
 */
export async function follow<T>(
  config: KubeConfig,
  collection: Collection,
  onObject: (object: T) => void,
  onOpen: () => void,
  signal: AbortSignal,
): Promise<void> {
  const watch = new Watch(config);
  while (!signal.aborted) {
    let end: (reason: unknown) => void = () => undefined;
    const ended = new Promise((resolve) => (end = resolve));
    const onEvent = (type: string, object: T): void => {
      if (type === "ADDED" || type === "MODIFIED") onObject(object);
    };
    const request = await watch.watch(objectPath(collection), {}, onEvent, end);
    const abort = (): void => request.abort();
    signal.addEventListener("abort", abort, { once: true });
    if (!request.signal.aborted) onOpen();
    await ended;
    signal.removeEventListener("abort", abort);
    await sleep(PAUSE_MS);
  }
}
