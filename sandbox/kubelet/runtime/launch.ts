import { spawn, type ChildProcess } from "node:child_process";
import { constants as osConstants } from "node:os";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import { signs } from "./enterScript";

/** A container whose program runs. */
export interface Launched {
  readonly child: ChildProcess;
  /** Number of the container's first process, as this machine counts. */
  readonly pid: number;
  readonly ended: Promise<Ending>;
}

export interface Ending {
  readonly exitCode: number;
  readonly signal: number | undefined;
}

export interface Start {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Descriptor that gets the container's output. */
  readonly output: number;
  /** Descriptor that becomes the program's number 5; then number 4 is where it says which the first process is. */
  readonly extra?: number;
  readonly timeoutMs: number;
}

/** Why the program of a container does not run. */
export class LaunchError extends Error {
  constructor(
    message: string,
    /** Whether the container itself was complete, so that only its program is at fault. */
    readonly rootReady: boolean,
  ) {
    super(message);
    this.name = "LaunchError";
  }
}

/** Starts a process whose scripts give the signs of `enterScript`, and waits until they have. @throws LaunchError */
export async function launch(start: Start): Promise<Launched> {
  const more = start.extra === undefined ? [] : ["pipe" as const, start.extra];
  const child = spawn(start.program, start.args, {
    env: start.env,
    cwd: "/",
    stdio: ["ignore", start.output, "pipe", start.output, ...more],
  });
  const heard = { saidLate: false };
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once("error", reject);
    // By then all has been read that was said, too.
    child.once("close", (code, signal) => resolve(endingOf(code, signal, heard.saidLate)));
  });
  ended.catch(() => undefined);
  const timer = setTimeout(() => child.kill("SIGKILL"), start.timeoutMs);
  try {
    const pid = await Promise.all([
      firstSigns(child, ended, heard),
      start.extra === undefined ? undefined : infoPid(child),
    ]);
    return { child, pid: pid[1] ?? pid[0], ended };
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves with the process number that the scripts give, or 0 if they leave that to others. */
function firstSigns(child: ChildProcess, ended: Promise<Ending>, heard: { saidLate: boolean }): Promise<number> {
  const said: string[] = [];
  let pid = 0;
  let [rootReady, started] = [false, false];
  const errors = child.stderr as Readable;
  return new Promise((resolve, reject) => {
    const lines = createInterface(errors);
    lines.on("line", (line) => {
      if (line.startsWith(signs.pid)) pid = Number(line.slice(signs.pid.length));
      else if (line === signs.root) rootReady = true;
      else if (line === signs.started) {
        started = true;
        resolve(pid);
      } else if (started) heard.saidLate = true;
      else said.push(line);
    });
    const failed = async (): Promise<never> => {
      const { exitCode } = await ended;
      throw new LaunchError(said.join("; ") || `ended with ${exitCode} and said nothing`, rootReady);
    };
    // All that was said has been read when the stream closes, which is after the end of the process.
    lines.once("close", () => void failed().catch(reject));
    ended.catch(reject);
  });
}

/** Bubblewrap's own word on the first process. */
async function infoPid(child: ChildProcess): Promise<number | undefined> {
  let text = "";
  for await (const chunk of child.stdio[4] as Readable) text += String(chunk);
  return Number(/"child-pid":\s*(\d+)/.exec(text)?.[1] ?? 0) || undefined;
}

/**
 * @param saidLate whether something was said when the program had its own output: some versions of unshare do no more
 * than complain, and end with 1, when SIGKILL has ended the container
 */
function endingOf(code: number | null, name: NodeJS.Signals | null, saidLate: boolean): Ending {
  const signal = name ?? (saidLate && code === 1 ? "SIGKILL" : null);
  return { exitCode: exitCodeOf(code, signal), signal: signal === null ? undefined : osConstants.signals[signal] };
}

/** 128 + the signal's number where a signal ended the process. */
export function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 1) : 128 + osConstants.signals[signal];
}
