import { compiledScript } from "../toolchain/packageRoot";
import { SandboxError } from "./errors";
import { spawnDetached } from "./launch";
import { type Layout, logOf } from "./layout";
import { endProcesses, identify, isAlive } from "./processes";
import type { StateFile } from "./state";

/** From now on the sandbox ends with this process, however that one ends: a watchdog sees to it. */
export function setOwner(layout: Layout, state: StateFile, ownerPid: number): void {
  const owner = identify(ownerPid);
  if (!owner) throw new SandboxError(`the sandbox cannot be owned by process ${ownerPid}: there is none`);
  state.update({ owner });
  if (isAlive(state.current.watchdog)) return;
  const script = compiledScript("sandbox/cluster/watchdog.js");
  const log = logOf(layout, "watchdog");
  state.update({ watchdog: spawnDetached(process.execPath, [script, layout.dir], log, layout, "watchdog") });
}

/** From now on the sandbox stays until it is taken down. */
export async function clearOwner(state: StateFile): Promise<void> {
  const { watchdog } = state.current;
  state.update({ owner: undefined, watchdog: undefined });
  if (isAlive(watchdog)) await endProcesses([watchdog]);
}
