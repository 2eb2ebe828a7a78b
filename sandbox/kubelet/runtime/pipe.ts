import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { close, constants, open, rm } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const openFile = promisify(open);

/** A pipe for a container's output. */
export interface OutputPipe {
  /** Descriptor for the process that writes; to be closed here once that has it. */
  readonly write: number;
  /** Ends when the last writer has. */
  readonly read: Socket;
}

/**
 * A named pipe, whose name is gone again. Node's own pipes are sockets, which a program cannot open anew as
 * /dev/stdout or /dev/stderr; and a file would be cut off by the one that does.
 */
export async function openPipe(folder: string, mkfifo: string): Promise<OutputPipe> {
  const path = join(folder, `output-${randomUUID()}`);
  await run(mkfifo, ["-m", "666", path]);
  const read = await openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const write = await openFile(path, constants.O_WRONLY);
  await promisify(rm)(path);
  return { write, read: new Socket({ fd: read, readable: true, writable: false }) };
}

export const closeDescriptor = promisify(close);
