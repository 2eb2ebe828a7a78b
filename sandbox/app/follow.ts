import { watch, type FSWatcher } from "node:fs";

import { formatDuration } from "../../engine/duration";

/**
 * Calls `look` soon after each change of an entry in `folder`, and every `pollMs` for changes that no event tells of. The
 * volumes of a kubelet change by an entry of the folder being replaced, so that no file in it needs a watch of its own.
 *
 * @returns what ends it; it keeps no process alive
 */
export function follow(folder: string, look: () => void, warn: (message: string) => void, pollMs = 2_000): () => void {
  const watcher = tryWatch(folder, look, (error) =>
    warn(`changes of ${folder} are looked for every ${formatDuration(pollMs)} only: ${String(error)}`),
  );
  const poll = setInterval(look, pollMs).unref();
  return () => {
    watcher?.close();
    clearInterval(poll);
  };
}

/** Undefined where watches are used up: Linux often lets 128 processes of a user have any. */
function tryWatch(folder: string, look: () => void, onFailure: (error: unknown) => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, look).on("error", onFailure);
  } catch (error) {
    onFailure(error);
    return undefined;
  }
}
