import { existsSync, rmdirSync, rmSync } from "node:fs";
import { exclusively } from "./exclusive";
import { layoutOf, ownedFiles, type Layout } from "./layout";
import { clearOwner } from "./owner";
import { endProcesses, findMarked } from "./processes";
import { StateFile } from "./state";
import { stopParts } from "./stop";

export interface DownOptions {
  /** Removes the sandbox's files too: its objects, metrics, logs and Pulumi stacks. */
  readonly purge?: boolean;
  readonly report?: (line: string) => void;
}

/** Stops every process of the sandbox. Without `purge` the next `up` finds everything as it was. */
export async function downSandbox(
  dir: string,
  { purge = false, report = () => undefined }: DownOptions = {},
): Promise<void> {
  const layout = layoutOf(dir);
  if (!existsSync(layout.dir)) {
    // Someone removed the folder of a running sandbox.
    await endProcesses(
      findMarked(layout.dir).map(({ process }) => process),
      "SIGKILL",
    );
    return;
  }
  await exclusively(layout, report, async () => {
    const state = new StateFile(layout);
    // First, because the watchdog would see a sandbox that loses its parts.
    await clearOwner(state);
    await stopParts(layout, state);
    if (purge) for (const path of ownedFiles(layout)) rmSync(path, { recursive: true, force: true });
  });
  if (purge) removeIfEmpty(layout);
}

function removeIfEmpty({ dir }: Layout): void {
  try {
    rmdirSync(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "ENOENT" && code !== "EEXIST") throw error;
  }
}
