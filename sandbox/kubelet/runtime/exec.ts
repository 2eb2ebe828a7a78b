import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { exitCodeOf } from "./launch";
import type { OutputPipes } from "./pipe";
import type { ExecResult } from "./runtime";

const mostBytes = 10 * 1024;
/** A command that leaves a process behind does not keep its caller waiting for that one's output. */
const lingerMs = 100;

/** What running commands in a container needs. */
export interface Execution {
  /** Program and arguments that go into the container's namespaces and become the command that follows. */
  readonly enter: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly pipes: OutputPipes;
}

/**
 * Probes run commands all the time, so there is no program on the way that could be left out.
 * @throws Error when the command takes more than `timeoutMs`; it is killed then
 */
export async function execIn(
  { enter, env, pipes }: Execution,
  command: readonly string[],
  timeoutMs: number,
): Promise<ExecResult> {
  const pipe = await pipes.open();
  const output: Buffer[] = [];
  let size = 0;
  pipe.read.on("data", (chunk: Buffer) => {
    if (size < mostBytes) output.push(chunk);
    size += chunk.length;
  });
  const closed = new Promise((resolve) => pipe.read.once("close", resolve));
  try {
    const exitCode = await run([...enter, ...command], env, pipe.write, timeoutMs).finally(() =>
      Promise.race([closed, sleep(lingerMs, undefined, { ref: false })]),
    );
    return { exitCode, output: Buffer.concat(output).subarray(0, mostBytes).toString("utf8") };
  } finally {
    pipe.read.destroy();
  }
}

/** Runs the program to its end, and closes the descriptor `output`. @returns its exit code */
function run(
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  output: number,
  timeoutMs: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    // It leads a group, because a signal to nsenter would not reach its child, which is the command.
    const child = spawn(program, args, { env, cwd: "/", stdio: ["ignore", output, output], detached: true });
    closeSync(output);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, timeoutMs);
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      if (isLate) reject(new Error(`the command did not end within ${timeoutMs} ms`));
      else resolve(exitCodeOf(code, signal));
    });
  });
}
