import { posix } from "node:path";

import { isWithin, type HostFiles } from "./hostFiles";

const mostLinks = 40;

/** Folders that every container has of its own, so that the host's links in them do not count. */
export const ownFolders = ["/.host", "/dev", "/proc", "/tmp"];

export interface RootMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Whether the source is a folder; else it is a file. */
  readonly folder: boolean;
}

export interface PlacedMount extends RootMount {
  /** The mount that this one lies in, whose source then needs a place for it. */
  readonly parent: RootMount | undefined;
}

/**
 * Mounts in the order in which they must be made, the outer before the inner, each at the place that its target leads
 * to through the host's links: a mount at /var/run/x belongs at /run/x. @throws Error for a target that cannot be one
 */
export function placeMounts(mounts: readonly RootMount[], host: HostFiles): PlacedMount[] {
  const placed: PlacedMount[] = [];
  for (const mount of [...mounts].sort((one, other) => depth(one.target) - depth(other.target))) {
    const target = resolveTarget(mount.target, host, placed);
    if (target === "/" || isWithin(target, "/.host") || isWithin(target, "/proc")) {
      throw new Error(`a volume cannot be mounted at ${mount.target}`);
    }
    const parent = placed.filter((other) => isWithin(target, other.target) && target !== other.target).at(-1);
    placed.push({ ...mount, target, parent });
  }
  return placed.sort((one, other) => depth(one.target) - depth(other.target));
}

function resolveTarget(target: string, host: HostFiles, placed: readonly RootMount[]): string {
  if (!target.startsWith("/")) throw new Error(`the mount path ${target} is not absolute`);
  let rest = parts(target);
  let path = "/";
  for (let links = 0; rest.length > 0;) {
    const next = posix.join(path, rest[0] ?? "");
    rest = rest.slice(1);
    if (ownFolders.includes(next) || placed.some((mount) => mount.target === next)) return posix.join(next, ...rest);
    const found = host.entry(next);
    if (found?.kind !== "link") {
      path = next;
      continue;
    }
    if (++links > mostLinks) throw new Error(`the mount path ${target} leads through too many links`);
    rest = [...parts(posix.resolve(path, found.to ?? "")), ...rest];
    path = "/";
  }
  return path;
}

function parts(path: string): string[] {
  return posix
    .normalize(path)
    .split("/")
    .filter((part) => part !== "");
}

export function depth(path: string): number {
  return parts(path).length;
}

/** The folders above a path, the outermost first, without the root. */
export function ancestors(path: string): string[] {
  const names = parts(path);
  return names.slice(0, -1).map((_, index) => `/${names.slice(0, index + 1).join("/")}`);
}
