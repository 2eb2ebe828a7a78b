import { mkdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

import type { V1VolumeMount } from "@kubernetes/client-node";

import { expand } from "../environment/expand";
import { isWithin } from "../runtime/hostFiles";
import type { Mount } from "../runtime/runtime";
import { VolumeError } from "./errors";
import { safePath } from "./payload";

export interface VolumePlace {
  /** File or folder of this machine. */
  readonly path: string;
  /** Whether only the kubelet may write to it. */
  readonly readOnly: boolean;
}

/** One mount of a container. @throws VolumeError */
export function mountOf(
  mount: V1VolumeMount,
  place: VolumePlace | undefined,
  env: Readonly<Record<string, string>>,
): Mount {
  const { name, mountPath, subPath, subPathExpr, mountPropagation = "None" } = mount;
  if (place === undefined)
    throw new VolumeError(name, `the pod has no volume of that name, for the mount at ${mountPath}`);
  if (mountPropagation === "Bidirectional") {
    throw new VolumeError(name, "mountPropagation Bidirectional is not supported by this kubelet");
  }
  const target = mountPath.startsWith("/") ? mountPath : `/${mountPath}`;
  const readOnly = place.readOnly || mount.readOnly === true;
  const below = subPathExpr ? expand(subPathExpr, env) : subPath;
  if (!below) return { source: place.path, target, readOnly };
  if (subPathExpr && /\$\([^)]+\)/.test(below)) {
    throw new VolumeError(name, `subPathExpr ${subPathExpr} names a variable that the container does not have`);
  }
  return { source: sourceBelow(place.path, below, name), target, readOnly };
}

/** A sub path is the file itself, behind all links, so that it stays what it was when the volume changes. */
function sourceBelow(volume: string, subPath: string, name: string): string {
  try {
    const path = join(volume, safePath(subPath));
    if (statSync(path, { throwIfNoEntry: false }) === undefined) mkdirSync(path, { recursive: true, mode: 0o750 });
    const source = realpathSync(path);
    if (!isWithin(source, realpathSync(volume))) throw new Error(`it leads out of the volume`);
    return source;
  } catch (error) {
    throw new VolumeError(name, `subPath ${subPath}: ${(error as Error).message}`, { cause: error });
  }
}
