import { posix } from "node:path";

import { isWithin, type HostEntry, type HostFiles } from "./hostFiles";
import { ancestors, depth, ownFolders, placeMounts, type PlacedMount, type RootMount } from "./targets";

/** Where a container finds the whole of this machine's files. */
export const hostFolder = "/.host";

/** What a container's root is made of. It begins as an empty file system in memory; paths are the container's. */
export interface RootPlan {
  /** To be made in this order, open to everybody where `shared`. */
  readonly folders: readonly { readonly path: string; readonly shared: boolean }[];
  /** Empty files, for mounts. */
  readonly files: readonly string[];
  /** Names in a folder that become links to the same path under the host folder. */
  readonly links: readonly { readonly folder: string; readonly names: readonly string[] }[];
  /** Links of this machine that are repeated as they are. */
  readonly copies: readonly { readonly path: string; readonly to: string }[];
  /** This machine's top folders, which are seen unchanged and cannot be written to. */
  readonly binds: readonly string[];
  /** Folders of this machine whose content no container sees, by their paths on this machine. */
  readonly hidden: readonly string[];
  readonly devices: readonly string[];
  readonly mounts: readonly PlacedMount[];
}

/** Programs write here in most images: a container gets the host's files in them, and may add its own. */
const writable = ["/root", "/run"];
const shared = ["/tmp", "/dev/shm", "/var/tmp"];
const devices = ["null", "zero", "full", "random", "urandom", "tty"];

/**
 * The root of a container with these mounts, and with folders of its own besides, which are open to everybody. Mounts need no file or folder at their target on this machine: the
 * folders above a target are made anew, and what else this machine has in them is linked. @throws Error for a target
 * that cannot be one
 */
export function planRoot(
  mounts: readonly RootMount[],
  host: HostFiles,
  hidden: readonly string[],
  own: readonly string[] = [],
): RootPlan {
  const placed = placeMounts(mounts, host);
  const outer = placed.filter(({ parent }) => parent === undefined);
  const targets = outer.map(({ target }) => target);
  const free = (path: string): boolean => !targets.some((target) => isWithin(path, target));
  const openFolders = unique([...shared, ...own]).filter(free);
  const made = unique([
    ...[...targets, ...openFolders, ...writable].flatMap(ancestors),
    ...writable.filter(free),
    ...["/dev/pts", "/proc", hostFolder],
  ]).filter(free);
  for (const folder of made) {
    if (host.entry(folder)?.kind === "file") throw new Error(`nothing can be mounted below the file ${folder}`);
  }

  const taken = new Set([...ownFolders, ...made, ...openFolders, ...targets]);
  const others = ["/", ...made.filter((path) => !inOwnFolder(path))].map((folder) => ({
    folder,
    entries: host.entries(folder).filter(({ name }) => !taken.has(posix.join(folder, name))),
  }));
  const isBind = (folder: string, entry: HostEntry): boolean => folder === "/" && entry.kind === "folder";
  return {
    folders: [
      ...unique([...made, ...outer.filter(({ folder }) => folder).map(({ target }) => target)])
        .sort((one, other) => depth(one) - depth(other))
        .map((path) => ({ path, shared: false })),
      ...openFolders.map((path) => ({ path, shared: true })),
    ],
    files: outer.filter(({ folder }) => !folder).map(({ target }) => target),
    links: others
      .map(({ folder, entries }) => ({
        folder,
        names: entries.filter((entry) => entry.kind !== "link" && !isBind(folder, entry)).map(({ name }) => name),
      }))
      .filter(({ names }) => names.length > 0),
    copies: others.flatMap(({ folder, entries }) =>
      entries.flatMap(({ name, to }) => (to === undefined ? [] : [{ path: posix.join(folder, name), to }])),
    ),
    binds: others.flatMap(({ folder, entries }) =>
      entries.filter((entry) => isBind(folder, entry)).map(({ name }) => posix.join(folder, name)),
    ),
    hidden: ["/proc", "/dev", ...hidden],
    devices: devices.map((name) => `/dev/${name}`).filter((path) => free(path) && host.entry(path) !== undefined),
    mounts: placed,
  };
}

function inOwnFolder(path: string): boolean {
  return ownFolders.some((folder) => isWithin(path, folder));
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
