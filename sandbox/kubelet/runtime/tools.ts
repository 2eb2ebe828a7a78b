import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Programs of this machine that start containers, by absolute paths. */
export interface Tools {
  /** Undefined where bubblewrap is not installed. */
  readonly bwrap: string | undefined;
  readonly unshare: string | undefined;
  readonly path: Readonly<Record<ToolName, string>>;
}

const names = [
  ...(["sh", "env", "mkdir", "chmod", "ln", "cp", "mkfifo"] as const),
  ...(["mount", "umount", "pivot_root", "setpriv", "nsenter"] as const),
];
export type ToolName = (typeof names)[number];

const alwaysSearched = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** @throws Error that names what is not installed */
export function findTools(searchPath: string | undefined): Tools {
  const folders = [...(searchPath ?? "").split(":").filter((folder) => folder.startsWith("/")), ...alwaysSearched];
  const find = (name: string): string | undefined => folders.map((folder) => join(folder, name)).find(isExecutable);
  const [bwrap, unshare] = [find("bwrap"), find("unshare")];
  if (bwrap === undefined && unshare === undefined) {
    throw new Error("containers need bwrap (package bubblewrap) or unshare (package util-linux): neither is installed");
  }
  const found = names.map((name) => [name, find(name)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0)
    throw new Error(`containers need ${missing.join(", ")} (util-linux, coreutils): not installed`);
  return { bwrap, unshare, path: Object.fromEntries(found) as Record<ToolName, string> };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
