import { posix } from "node:path";

import type { V1KeyToPath } from "@kubernetes/client-node";

import type { Content, ObjectKind } from "../environment/objects";

export interface PayloadFile {
  readonly data: Buffer;
  /** Permission bits. */
  readonly mode: number;
  /** User that owns the file; undefined for the kubelet's own. */
  readonly user?: number;
}

/** The files of a volume by their paths in it. */
export type Payload = ReadonlyMap<string, PayloadFile>;

/**
 * All keys, or those that `items` names, at the paths that it gives.
 * @throws Error for a key that is not there, unless `optional`
 */
export function payloadOf(
  content: Content,
  items: readonly V1KeyToPath[] | undefined,
  kind: ObjectKind,
  { mode, optional }: { readonly mode: number; readonly optional: boolean },
): Payload {
  if (items === undefined) return new Map([...content].map(([key, data]) => [key, { data, mode }]));
  const files = new Map<string, PayloadFile>();
  for (const item of items) {
    const data = content.get(item.key);
    if (data !== undefined) files.set(safePath(item.path), { data, mode: item.mode ?? mode });
    else if (!optional) {
      const key = kind === "Secret" ? "secret key" : "config key";
      throw new Error(`${kind.toLowerCase()} references non-existent ${key}: ${item.key}`);
    }
  }
  return files;
}

/** @throws Error for a path that leads out of its volume, or is one of those that belong to the swap of the files */
export function safePath(path: string): string {
  const normal = posix.normalize(path);
  const isOutside = posix.isAbsolute(path) || path.split("/").includes("..") || normal.startsWith("..");
  if (path === "" || normal === "." || isOutside)
    throw new Error(`the path ${path} must be a relative path in the volume`);
  return normal;
}

export function samePayload(one: Payload, other: Payload): boolean {
  if (one.size !== other.size) return false;
  return [...one].every(([path, { data, mode, user }]) => {
    const found = other.get(path);
    return found !== undefined && found.mode === mode && found.user === user && found.data.equals(data);
  });
}
