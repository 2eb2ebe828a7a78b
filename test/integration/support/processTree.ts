import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

/** SIGKILL to a process and all its descendants; Pulumi gives its plugins process groups of their own. */
export async function killTree(root: ChildProcess): Promise<void> {
  const tree = [root.pid as number];
  const parents = parentsOf();
  for (const parent of tree) tree.push(...[...parents].filter(([, of]) => of === parent).map(([pid]) => pid));
  const ended = root.exitCode === null && root.signalCode === null ? once(root, "exit") : undefined;
  for (const pid of tree) ignoreGone(() => process.kill(pid, "SIGKILL"));
  await ended;
}

/** Parent of each process that runs now. */
function parentsOf(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    ignoreGone(() => {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      parents.set(Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    });
  }
  return parents;
}

/** A process may end between being listed and being looked at. */
function ignoreGone(look: () => void): void {
  try {
    look();
  } catch (error) {
    if (!["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
