/** The process beside an owned sandbox that takes it down once its owner is gone. Its argument is the folder. */
import { setTimeout as sleep } from "node:timers/promises";
import { exclusively } from "./exclusive";
import { layoutOf } from "./layout";
import { endProcesses, findMarked, isAlive } from "./processes";
import { readState, StateFile, type SandboxState } from "./state";
import { stopParts } from "./stop";

const pollMs = 500;

async function watch(dir: string): Promise<void> {
  const layout = layoutOf(dir);
  const log = (line: string): void => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);
  const isMine = (state: SandboxState): boolean => state.watchdog?.pid === process.pid;
  for (;;) {
    await sleep(pollMs);
    const state = readState(layout);
    if (!state) {
      log("the state is gone: ending what is left");
      await endProcesses(
        findMarked(layout.dir).map(({ process }) => process),
        "SIGKILL",
      );
      return;
    }
    // Another watchdog has taken over, or none is wanted any more.
    if (!isMine(state) || !state.owner) return;
    const { pid } = state.owner;
    if (isAlive(state.owner)) continue;
    log(`owner ${pid} is gone: taking the sandbox down`);
    const done = await exclusively(layout, log, async () => {
      const file = new StateFile(layout);
      // A new owner may have come while this process waited for the lock.
      if (!isMine(file.current) || isAlive(file.current.owner)) return false;
      await stopParts(layout, file);
      file.update({ owner: undefined, watchdog: undefined });
      return true;
    });
    if (done) return;
  }
}

watch(process.argv[2] ?? "").catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
});
