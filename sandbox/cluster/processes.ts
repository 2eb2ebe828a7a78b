import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { SandboxError } from "./errors";

/** A process that was started once. The number alone would not do: the system gives it to another one later. */
export interface ProcessId {
  readonly pid: number;
  /** What tells this process from every other that had or will have the number. */
  readonly identity: string;
}

/** The environment variable that every process of a sandbox carries, so that one which no file knows is found again. */
export const markName = "SERIN_SANDBOX_PART";

export function markOf(dir: string, part: string): string {
  return `${part}@${dir}`;
}

/** The process that has this number now, or undefined if there is none or it has ended and only waits to be reaped. */
export function identify(pid: number): ProcessId | undefined {
  const identity = process.platform === "linux" ? startOnLinux(pid) : startElsewhere(pid);
  return identity === undefined ? undefined : { pid, identity };
}

export function isAlive(id: ProcessId | undefined): id is ProcessId {
  return id !== undefined && identify(id.pid)?.identity === id.identity;
}

function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may hold anything; what follows the last one is safe.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startTicks] = [fields[0], fields[19]];
    // Ticks count from the boot, so the boot belongs to the identity.
    return state === "Z" || state === "X" ? undefined : `${bootId()}:${startTicks}`;
  } catch {
    return undefined;
  }
}

let boot: string | undefined;
function bootId(): string {
  boot ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return boot;
}

function startElsewhere(pid: number): string | undefined {
  try {
    const [state = "", ...started] = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
      stdio: ["ignore", "pipe", "ignore"],
    })
      .trim()
      .split(/\s+/);
    return state === "" || state.startsWith("Z") ? undefined : started.join(" ");
  } catch {
    return undefined;
  }
}

/**
 * Processes that carry a sandbox's mark, by part. They are what is left when the state file was lost or a process was
 * killed between starting a part and writing it down. Only Linux shows the environment of processes.
 */
export function findMarked(dir: string): { part: string; process: ProcessId }[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    const part = Number.isInteger(pid) && pid !== process.pid ? markedPart(pid, dir) : undefined;
    const id = part === undefined ? undefined : identify(pid);
    return part !== undefined && id ? [{ part, process: id }] : [];
  });
}

function markedPart(pid: number, dir: string): string | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    const mark = environment.find((entry) => entry.startsWith(`${markName}=`))?.slice(markName.length + 1);
    return mark?.endsWith(markOf(dir, "")) ? mark.slice(0, -markOf(dir, "").length) : undefined;
  } catch {
    // Other users' processes cannot be read, and processes end while one looks.
    return undefined;
  }
}

/** Ending a killed process is the system's work, which takes long only when a disk hangs. */
const killMs = 30_000;

/** Ends processes: a polite signal first, and the other kind for whoever is still there after the grace period. */
export async function endProcesses(
  ids: readonly ProcessId[],
  signal: "SIGTERM" | "SIGKILL" = "SIGTERM",
  graceMs = 10_000,
): Promise<void> {
  for (const id of ids) sendSignal(id, signal);
  const deadline = Date.now() + graceMs;
  for (let left = ids; (left = left.filter(isAlive)).length > 0; await sleep(20)) {
    if (Date.now() > deadline) for (const id of left) sendSignal(id, "SIGKILL");
    if (Date.now() > deadline + killMs) {
      throw new SandboxError(`process ${left.map(({ pid }) => pid).join(", ")} does not end, not even when killed`);
    }
  }
}

function sendSignal(id: ProcessId, signal: NodeJS.Signals): void {
  if (!isAlive(id)) return;
  try {
    process.kill(id.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
