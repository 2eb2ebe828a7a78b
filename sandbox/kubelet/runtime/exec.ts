import { setTimeout as sleep } from "node:timers/promises";

import { launch, LaunchError } from "./launch";
import { closeDescriptor, openPipe } from "./pipe";
import type { ExecResult } from "./runtime";

const mostBytes = 10 * 1024;
/** A command that leaves a process behind does not keep its caller waiting for that one's output. */
const lingerMs = 100;

/** What running commands in a container needs. */
export interface Execution {
  /** The container's first process. */
  readonly pid: number;
  /** A process in the container's user namespace; undefined where it has none of its own. */
  readonly userPid: number | undefined;
  /** Shell text that becomes the command. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  /** For the short-lived files of this machine. */
  readonly folder: string;
  readonly tools: Readonly<Record<"nsenter" | "sh" | "mkfifo", string>>;
}

/** @throws Error when the command cannot be started or takes more than `timeoutMs`; it is killed then */
export async function execIn(execution: Execution, command: readonly string[], timeoutMs: number): Promise<ExecResult> {
  const { pid, userPid, script, env, folder, tools } = execution;
  const pipe = await openPipe(folder, tools.mkfifo);
  const output: Buffer[] = [];
  let size = 0;
  pipe.read.on("data", (chunk: Buffer) => {
    if (size < mostBytes) output.push(chunk);
    size += chunk.length;
  });
  const closed = new Promise((resolve) => pipe.read.once("close", resolve));
  const user = userPid === undefined ? [] : [`--user=/proc/${userPid}/ns/user`, "--preserve-credentials"];
  const namespaces = ["mnt", "pid", "ipc", "uts"].map((name) => `--${long[name] ?? name}=/proc/${pid}/ns/${name}`);
  try {
    const child = launch({
      program: tools.nsenter,
      args: [...user, ...namespaces, "--", tools.sh, "-c", script, "sh", ...command],
      env,
      output: pipe.write,
      timeoutMs,
      // The command is a child of nsenter, and a signal to that one would not reach it.
      group: true,
    });
    await closeDescriptor(pipe.write);
    const exitCode = await within(timeoutMs, child);
    await Promise.race([closed, sleep(lingerMs, undefined, { ref: false })]);
    return { exitCode, output: Buffer.concat(output).subarray(0, mostBytes).toString("utf8") };
  } finally {
    pipe.read.destroy();
  }
}

const long: Readonly<Record<string, string>> = { mnt: "mount" };

async function within(timeoutMs: number, launching: ReturnType<typeof launch>): Promise<number> {
  let timedOut = false;
  let group: number | undefined;
  const timer = setTimeout(() => {
    timedOut = true;
    if (group !== undefined) killGroup(group);
  }, timeoutMs);
  try {
    const { child, ended } = await launching;
    group = child.pid;
    if (timedOut && group !== undefined) killGroup(group);
    const { exitCode } = await ended;
    if (!timedOut) return exitCode;
  } catch (error) {
    if (!timedOut) throw error instanceof LaunchError ? new Error(error.message, { cause: error }) : error;
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`the command did not end within ${timeoutMs} ms`);
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
