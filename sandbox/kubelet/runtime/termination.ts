import { open, type FileHandle } from "node:fs/promises";

import type { ContainerConfig } from "./runtime";

const mostBytes = 4096;
const mostLogBytes = 2048;
const mostLogLines = 80;

export interface Ended {
  readonly exitCode: number;
  readonly policy: ContainerConfig["terminationMessagePolicy"];
  /** The file of this machine that the container saw at its termination message path. */
  readonly file: string;
  readonly logFile: string;
  /** Size of the log, in bytes, when the container started: what is before is another's. */
  readonly logStart: number;
}

/** What the container left as its message; of a failed one, where the pod asks for it, the end of its log. */
export async function terminationMessage(ended: Ended): Promise<string> {
  const message = await endOf(ended.file, mostBytes, 0);
  if (message !== "" || ended.policy === "File" || ended.exitCode === 0) return message;
  const log = await endOf(ended.logFile, mostLogBytes, ended.logStart);
  const lines = log.split("\n");
  // The last line ends with a line break, so there is one part more than there are lines.
  return lines.slice(log.endsWith("\n") ? -mostLogLines - 1 : -mostLogLines).join("\n");
}

/** At most the last `bytes` of a file from `start` on; empty for one that is not there. */
async function endOf(path: string, bytes: number, start: number): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const { size } = await file.stat();
    const from = Math.max(start, size - bytes);
    const length = Math.max(0, Math.min(bytes, size - from));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, length, from);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  } finally {
    await file?.close();
  }
}
