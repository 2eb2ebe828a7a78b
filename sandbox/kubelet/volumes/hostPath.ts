import { mkdir, stat, writeFile } from "node:fs/promises";
import type { Stats } from "node:fs";

import type { V1HostPathVolumeSource } from "@kubernetes/client-node";

type Kind = readonly [words: string, matches: (found: Stats) => boolean];

const kinds: Readonly<Record<string, Kind>> = {
  Directory: ["a directory", (found) => found.isDirectory()],
  DirectoryOrCreate: ["a directory", (found) => found.isDirectory()],
  File: ["a file", (found) => found.isFile()],
  FileOrCreate: ["a file", (found) => found.isFile()],
  Socket: ["a socket file", (found) => found.isSocket()],
  CharDevice: ["a character device", (found) => found.isCharacterDevice()],
  BlockDevice: ["a block device", (found) => found.isBlockDevice()],
};

/** Makes what is to be made. @throws Error when the path is not of the type that the volume asks for */
export async function checkHostPath({ path, type }: V1HostPathVolumeSource): Promise<void> {
  let found = await stat(path).catch(() => undefined);
  // Without a type a kubelet asks nothing, and the container runtime makes a folder.
  const isFolderToMake = type === "DirectoryOrCreate" || (type ?? "") === "";
  if (found === undefined && isFolderToMake) await mkdir(path, { recursive: true, mode: 0o755 });
  if (found === undefined && type === "FileOrCreate") await writeFile(path, "", { mode: 0o644, flag: "a" });
  if ((type ?? "") === "") return;
  const kind = kinds[type ?? ""];
  if (kind === undefined) throw new Error(`hostPath type ${type} must be one of ${Object.keys(kinds).join(", ")}`);
  found ??= await stat(path).catch(() => undefined);
  const [words, matches] = kind;
  if (found === undefined || !matches(found)) throw new Error(`hostPath type check failed: ${path} is not ${words}`);
}
