import { mkdirSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { ToolchainError } from "./errors";

export interface Need {
  readonly folder: string;
  readonly mebibytes: number;
}

const mebibyte = 1024 * 1024;

/** A folder's file system and how much of it this user may still fill. */
async function measure(folder: string): Promise<{ device: number; free: number }> {
  mkdirSync(folder, { recursive: true });
  const [{ dev }, { bavail, bsize }] = await Promise.all([stat(folder), statfs(folder)]);
  return { device: dev, free: Math.floor((bavail * bsize) / mebibyte) };
}

/** Fails before a build starts that the disk cannot hold. Folders on the same file system share its free space. */
export async function requireSpace(needs: readonly Need[], measureFolder: typeof measure = measure): Promise<void> {
  const byDevice = new Map<number, { folders: string[]; needed: number; free: number }>();
  for (const { folder, mebibytes } of needs) {
    const { device, free } = await measureFolder(folder);
    const sum = byDevice.get(device) ?? { folders: [], needed: 0, free };
    sum.folders.push(folder);
    sum.needed += mebibytes;
    byDevice.set(device, sum);
  }
  for (const { folders, needed, free } of byDevice.values()) {
    if (free >= needed) continue;
    throw new ToolchainError(
      "diskFull",
      `building the toolchain needs ${inGigabytes(needed)} of disk for ${folders.join(", ")}, but only ${inGigabytes(free)} ` +
        `are free: make room, or point SERIN_TOOLCHAIN_DIR, GOCACHE and GOMODCACHE at a larger disk`,
    );
  }
}

function inGigabytes(mebibytes: number): string {
  return `${(mebibytes / 1024).toFixed(1)} GiB`;
}
