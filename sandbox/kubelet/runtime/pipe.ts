import { execFile } from "node:child_process";
import { constants, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A pipe for what a container's processes print. */
export interface OutputPipe {
  /** Descriptor for the process that writes; to be closed here once that has it. */
  readonly write: number;
  /** Ends when the last writer has; to be read to its end, or destroyed. */
  readonly read: Socket;
}

/**
 * Named pipes in a folder. Node's own pipes are sockets, which a program cannot open anew as /dev/stdout or /dev/stderr;
 * and a file would be cut off by the one that does. To make a name takes a process, so it is used again once nobody has
 * the pipe open any more.
 */
export class OutputPipes {
  private readonly free: string[] = [];
  private made = 0;

  constructor(
    private readonly folder: string,
    private readonly mkfifo: string,
  ) {}

  async open(): Promise<OutputPipe> {
    const path = this.free.pop() ?? (await this.make());
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const read = new Socket({ fd, readable: true, writable: false });
    read.once("close", () => {
      // Where somebody may still write, nobody else's output must come that way.
      if (read.readableEnded) this.free.push(path);
      else rmSync(path, { force: true });
    });
    return { write: openSync(path, constants.O_WRONLY), read };
  }

  private async make(): Promise<string> {
    const path = join(this.folder, `output-${++this.made}`);
    await run(this.mkfifo, ["-m", "666", path]);
    return path;
  }
}
