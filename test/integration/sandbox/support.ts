import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { statusOf } from "../../../sandbox/cluster";
import { findMarked } from "../../../sandbox/cluster/processes";

/** A cold build of the toolchain is part of the first `up`. */
export const coldTimeoutMs = 40 * 60_000;
export const timeoutMs = 3 * 60_000;

export function temporaryDir(): string {
  return mkdtempSync(join(tmpdir(), "serin-sandbox-"));
}

export async function pids(dir: string): Promise<Record<string, number | undefined>> {
  return Object.fromEntries((await statusOf(dir)).parts.map(({ name, pid }) => [name, pid]));
}

export async function ports(dir: string): Promise<Record<string, number | undefined>> {
  return Object.fromEntries((await statusOf(dir)).parts.map(({ name, port }) => [name, port]));
}

export async function eventually(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `${what}: not so after a minute`);
    await sleep(100);
  }
}

/** Every process of the sandbox, the watchdog among them, whether its state knows it or not. */
export function processesOf(dir: string): string[] {
  return findMarked(dir).map(({ part }) => part);
}
