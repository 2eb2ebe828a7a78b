import type { Layout } from "./layout";
import { partNames } from "./parts";
import type { PartName } from "./parts/part";
import { endProcesses, findMarked, isAlive, type ProcessId } from "./processes";
import type { StateFile } from "./state";

/** Parts of one wave stop together; the API server and then etcd come last, because the others write to them. */
const waves: readonly (readonly PartName[])[] = [
  partNames.filter((name) => name !== "etcd" && name !== "kube-apiserver"),
  ["kube-apiserver"],
  ["etcd"],
];

/** Stops parts (all unless told which) and keeps their ports for their next start. */
export async function stopParts(
  layout: Layout,
  state: StateFile,
  which: readonly PartName[] = partNames,
  signal: "SIGTERM" | "SIGKILL" = "SIGTERM",
): Promise<void> {
  for (const wave of waves) {
    const names = wave.filter((name) => which.includes(name));
    await endProcesses(
      names.flatMap((name) => runningProcess(state, name) ?? []),
      signal,
    );
    for (const name of names) {
      const part = state.current.parts[name];
      if (part?.process) state.updatePart(name, { ports: part.ports });
    }
  }
  if (which === partNames) await endLeftovers(layout, state);
}

export function runningProcess(state: Pick<StateFile, "current">, name: PartName): ProcessId | undefined {
  const id = state.current.parts[name]?.process;
  return isAlive(id) ? id : undefined;
}

/** Short, because they end in any order, and the API server waits in vain for an etcd that ended before it. */
const leftoverGraceMs = 2_000;

/** Ends processes that belong to the sandbox and that its state does not know, as a crash may leave them. */
export async function endLeftovers(layout: Layout, state: StateFile): Promise<ProcessId[]> {
  const { parts, watchdog } = state.current;
  const known = new Set([watchdog?.pid, ...Object.values(parts).map(({ process }) => process?.pid)]);
  const leftovers = findMarked(layout.dir).flatMap(({ process }) => (known.has(process.pid) ? [] : [process]));
  await endProcesses(leftovers, "SIGTERM", leftoverGraceMs);
  return leftovers;
}
