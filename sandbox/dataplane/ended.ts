import type { ChildProcess } from "node:child_process";

/** Resolves with how a process has ended, in words, once it has; also when it could not be started at all. Never rejects. */
export function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("close", (code, signal) => resolve(String(code ?? signal)));
    // It also tells of a signal that could not be sent, to a process that goes on.
    child.on("error", (error) => child.pid === undefined && resolve(error.message));
  });
}
