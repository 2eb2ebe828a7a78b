import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";

export interface LoggedCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly log: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

export interface Ended {
  /** The exit code, or the name of the signal that ended the program. */
  readonly code: number | string;
  readonly printed: Buffer;
  /** The end of what it wrote to stderr. */
  readonly said: string;
}

/** Runs a program, and keeps in the log what it says on stderr. */
export async function runLogged({ program, args, folder, log, env, signal }: LoggedCommand): Promise<Ended> {
  signal?.throwIfAborted();
  appendFileSync(log, `${program} ${args.join(" ")}\n`);
  const child = spawn(program, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  // It must not go on for a process that has lost interest or is gone.
  const kill = (): void => void child.kill("SIGTERM");
  signal?.addEventListener("abort", kill);
  process.once("exit", kill);
  const printed: Buffer[] = [];
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    appendFileSync(log, chunk);
    said = (said + chunk.toString()).slice(-20_000);
  });
  try {
    const code = await new Promise<number | string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exit, killer) => resolve(exit ?? killer ?? "unknown"));
    });
    signal?.throwIfAborted();
    return { code, printed: Buffer.concat(printed), said };
  } finally {
    signal?.removeEventListener("abort", kill);
    process.removeListener("exit", kill);
  }
}
