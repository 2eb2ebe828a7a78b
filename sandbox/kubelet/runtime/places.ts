import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import type { PlacedMount } from "./targets";

/** Makes the file or folder that a mount inside another one covers, in the outer one's source, where it is missing. */
export async function makePlaces(mounts: readonly PlacedMount[]): Promise<void> {
  for (const { target, folder, parent } of mounts) {
    if (parent === undefined) continue;
    const place = join(parent.source, relative(parent.target, target));
    if (await exists(place)) continue;
    if (parent.readOnly) throw new Error(`${target} is not there to mount at, and ${parent.target} is read-only`);
    await mkdir(folder ? place : dirname(place), { recursive: true });
    if (!folder) await writeFile(place, "", { flag: "a" });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
