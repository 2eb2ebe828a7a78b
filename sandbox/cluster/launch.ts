import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Toolchain } from "../toolchain";
import { SandboxError } from "./errors";
import { isHealthy } from "./health";
import { type Layout, logOf } from "./layout";
import type { Part, PartName } from "./parts/part";
import { freePort, isFree } from "./ports";
import { endProcesses, identify, isAlive, markName, markOf, type ProcessId } from "./processes";
import { dataPlaneOf, type StateFile } from "./state";

export interface Launcher {
  readonly layout: Layout;
  readonly toolchain: Toolchain;
  readonly state: StateFile;
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** A slow machine under load; a part that fails says so at once by ending. */
const readyTimeoutMs = 120_000;
const attempts = 5;

/** Starts a part and waits until it is healthy. Returns true if it could not have the ports it had before. */
export async function launch(launcher: Launcher, part: Part): Promise<boolean> {
  const { state, report } = launcher;
  const before = state.current.parts[part.name]?.ports;
  for (let attempt = 1; ; attempt++) {
    const started = Date.now();
    const ports = await choosePorts(launcher, part, attempt === 1);
    const outcome = await tryOnce(launcher, part, ports);
    if (outcome === "ready") {
      report(
        `${part.name} ready on 127.0.0.1:${ports[part.ports[0]]} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
      );
      return before !== undefined && part.ports.some((name) => before[name] !== ports[name]);
    }
    if (attempt === attempts) throw new SandboxError(`${part.name} found its port taken ${attempts} times in a row`);
    report(`${part.name} found its port taken: trying another one`);
  }
}

/** Chooses the ports of a part that is not asked for yet, so that its addresses can be told of beforehand. */
export async function reservePorts(launcher: Launcher, part: Part): Promise<void> {
  if (launcher.state.current.parts[part.name]) return;
  launcher.state.updatePart(part.name, { ports: await choosePorts(launcher, part, true) });
}

/** The ports the part had before, so far as they are free; new ones for the rest, or for all of them if asked. */
async function choosePorts({ state }: Launcher, part: Part, keep: boolean): Promise<Record<string, number>> {
  const known = state.current.parts;
  const taken = new Set(Object.values(known).flatMap((other) => Object.values(other.ports)));
  const before = known[part.name]?.ports ?? {};
  const chosen: Record<string, number> = {};
  for (const name of part.ports) {
    const old = before[name];
    const port = keep && old !== undefined && (await isFree(old)) ? old : await freePort(taken);
    taken.add(port);
    chosen[name] = port;
  }
  return chosen;
}

async function tryOnce(launcher: Launcher, part: Part, ports: Record<string, number>): Promise<"ready" | "portTaken"> {
  const { state, layout, toolchain, signal } = launcher;
  signal?.throwIfAborted();
  state.updatePart(part.name, { ports });
  const context = {
    layout,
    toolchain,
    ports,
    portOf: (name: PartName, port?: string) => portOf(launcher, name, port),
    dataPlane: dataPlaneOf(state.current),
    meshSeed: state.current.meshSeed,
    images: state.current.images ?? [],
  };
  part.prepare?.(context);
  const { program, args, env } = part.command(context);
  const log = rotateLog(layout, part.name);
  const id = spawnDetached(program, args, log, layout, part.name, env);
  state.updatePart(part.name, { ports, process: id });

  const port = ports[part.ports[0]] ?? 0;
  const deadline = Date.now() + readyTimeoutMs;
  for (;;) {
    if (!isAlive(id)) {
      state.updatePart(part.name, { ports });
      const tail = lastLines(log, 10);
      if (/address already in use/i.test(tail)) return "portTaken";
      throw new SandboxError(`${part.name} ended right after its start. Last lines of ${log}:\n${tail}\n${freshStart}`);
    }
    if (await isHealthy(part, port)) {
      part.ready?.(context);
      return "ready";
    }
    if (signal?.aborted || Date.now() > deadline) {
      await endProcesses([id]);
      state.updatePart(part.name, { ports });
      signal?.throwIfAborted();
      const waited = readyTimeoutMs / 1000;
      throw new SandboxError(
        `${part.name} was not ready after ${waited} s. Last lines of ${log}:\n${lastLines(log, 10)}`,
      );
    }
    await sleep(50);
  }
}

const freshStart = 'If its data is damaged, "down --purge" and "up" start afresh.';

export function mainPort(launcher: Pick<Launcher, "state">, name: PartName): number {
  return portOf(launcher, name);
}

/** A port of a part, the main one unless named. */
export function portOf({ state }: Pick<Launcher, "state">, name: PartName, port?: string): number {
  const ports = state.current.parts[name]?.ports ?? {};
  const found = port === undefined ? Object.values(ports)[0] : ports[port];
  if (found === undefined) throw new SandboxError(`${name} has no port ${port ?? ""} yet: it must be started first`);
  return found;
}

/** One earlier log is kept, so that a part's last words survive its next start. */
function rotateLog(layout: Layout, part: string): string {
  const log = logOf(layout, part);
  if (existsSync(log)) renameSync(log, logOf(layout, `${part}.previous`));
  return log;
}

/** Starts a process that outlives this one, in a session of its own so that Ctrl-C in a terminal passes it by. */
export function spawnDetached(
  program: string,
  args: readonly string[],
  log: string,
  layout: Layout,
  name: string,
  more: Readonly<Record<string, string>> = {},
): ProcessId {
  const file = openSync(log, "a", 0o600);
  try {
    const child = spawn(program, args, {
      cwd: layout.dir,
      detached: true,
      stdio: ["ignore", file, file],
      env: { ...plainEnvironment(), ...more, [markName]: markOf(layout.dir, name) },
    });
    let failure: Error | undefined;
    child.once("error", (error) => (failure = error));
    child.unref();
    const id = child.pid === undefined ? undefined : identify(child.pid);
    // A program that ended within a millisecond has no identity any more; its log tells why.
    return id ?? { pid: child.pid ?? 0, identity: `ended: ${failure?.message ?? "at once"}` };
  } finally {
    closeSync(file);
  }
}

/**
 * Only what any program needs: etcd, kwok and Node take settings from the environment that are not meant for them here. How
 * much memory Go's programs may use before they tidy up is whoever starts them to say.
 */
function plainEnvironment(): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "USER", "TMPDIR", "LANG", "TZ", "GOGC"];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function lastLines(path: string, count: number): string {
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}
