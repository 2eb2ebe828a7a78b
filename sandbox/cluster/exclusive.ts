import { mkdirSync } from "node:fs";
import { withLock } from "../toolchain/lock";
import type { Layout } from "./layout";

/** One process at a time changes a sandbox. */
export function exclusively<T>(
  layout: Layout,
  report: (line: string) => void,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  mkdirSync(layout.dir, { recursive: true, mode: 0o700 });
  const waiting = (): void => report(`waiting: another process is changing the sandbox in ${layout.dir} …`);
  return withLock(layout.lock, waiting, work, signal);
}
