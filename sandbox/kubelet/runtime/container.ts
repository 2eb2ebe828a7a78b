import { createWriteStream } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { execIn, type Execution } from "./exec";
import type { Launched } from "./launch";
import type { Container, ContainerConfig, ExecResult, Exit } from "./runtime";
import { terminationMessage } from "./termination";

/** Where a container's output goes; what was in the file stays. */
export interface ContainerLog {
  readonly path: string;
  /** Size of the file, in bytes, before the container started. */
  readonly start: number;
  /** Settles when all output is in the file. */
  readonly written: Promise<void>;
}

/** Begins to append what `output` brings to the log file. */
export async function writeLog(path: string, output: Readable): Promise<ContainerLog> {
  await mkdir(dirname(path), { recursive: true });
  const start = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  const written = pipeline(output, createWriteStream(path, { flags: "a" }));
  written.catch(() => undefined);
  return { path, start, written };
}

export interface Started {
  readonly id: string;
  readonly imageId: string;
  readonly startedAt: Date;
  readonly launched: Launched;
  readonly log: ContainerLog;
  readonly messageFile: string;
  readonly policy: ContainerConfig["terminationMessagePolicy"];
  readonly execution: Execution;
  /** Takes away what the container had on this machine, but its log. */
  readonly remove: () => Promise<void>;
  /** Hears of what went wrong after the end, which the pod cannot be told. */
  readonly onFault: (error: unknown) => void;
}

export class RunningContainer implements Container {
  readonly id: string;
  readonly imageId: string;
  readonly startedAt: Date;
  readonly exited: Promise<Exit>;
  private running = true;

  constructor(private readonly started: Started) {
    this.id = started.id;
    this.imageId = started.imageId;
    this.startedAt = started.startedAt;
    this.exited = this.waitForEnd();
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    if (!this.running) return;
    try {
      process.kill(this.started.launched.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  async exec(command: readonly string[], timeoutMs: number): Promise<ExecResult> {
    if (!this.running) throw new Error("the container is not running");
    return execIn(this.started.execution, command, timeoutMs);
  }

  private async waitForEnd(): Promise<Exit> {
    const { launched, log, messageFile, policy, remove, onFault } = this.started;
    const { exitCode, signal } = await launched.ended;
    this.running = false;
    const finishedAt = new Date();
    let message = "";
    try {
      // With the first process all others of the container are gone, so nothing holds the pipe open.
      await log.written;
      message = await terminationMessage({
        exitCode,
        policy,
        file: messageFile,
        logFile: log.path,
        logStart: log.start,
      });
      await remove();
    } catch (error) {
      onFault(error);
    }
    return { exitCode, signal, finishedAt, message };
  }
}
