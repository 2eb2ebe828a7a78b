import { setTimeout as sleep } from "node:timers/promises";
import { lock } from "proper-lockfile";

/** A holder that has not refreshed its lock for so long is dead; the next one takes the lock over. */
const staleMs = 10_000;

/**
 * Runs `work` while holding the lock at `lockPath` (whose folder exists), across processes. Waits as long as the holder
 * lives, saying so once through `onWait`.
 */
export async function withLock<T>(
  lockPath: string,
  onWait: () => void,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  let waited = false;
  for (;;) {
    signal?.throwIfAborted();
    const release = await lock(lockPath, {
      lockfilePath: lockPath,
      realpath: false,
      stale: staleMs,
      // A process that slept through its lease (a suspended laptop) finishes what it began: files change by renames
      // alone, so two holders cost time and no harm.
      onCompromised: () => undefined,
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ELOCKED") throw error;
      return undefined;
    });
    if (release) {
      try {
        return await work();
      } finally {
        await release().catch(() => undefined);
      }
    }
    if (!waited) onWait();
    waited = true;
    await sleep(250);
  }
}
