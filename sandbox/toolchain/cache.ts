import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { withLock } from "./lock";
import { packageRoot } from "./packageRoot";
import { type Tool, tools } from "./tools";

/** Where built tools are kept: one folder for all checkouts of all users' projects. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.SERIN_TOOLCHAIN_DIR) return env.SERIN_TOOLCHAIN_DIR;
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "serin", "toolchain");
}

/** The folder with a tool's go.mod and go.sum (and main.go, if the program is ours), or its requirements.txt. */
export function moduleFolder(tool: Tool): string {
  return join(packageRoot(), "sandbox", "toolchain", "modules", tool.recipe.module);
}

/** The files of a module folder with their contents: all that a build depends on besides the recipe. */
export function readModule(tool: Tool): ReadonlyMap<string, string> {
  const folder = moduleFolder(tool);
  const names = readdirSync(folder).sort();
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/**
 * The folder of a tool in the cache. Tools of a kit share it, because some of them look for each other beside
 * themselves. Whatever could change a built file is part of the name, so what lies there is never outdated.
 */
export function cacheKey(
  { kit }: Tool,
  readFiles: (tool: Tool) => ReadonlyMap<string, string> = readModule,
  platform = `${process.platform}-${process.arch}`,
): string {
  const members = tools.filter((tool) => tool.kit === kit);
  const made = members.map((tool) => [tool.name, tool.version, tool.recipe, [...readFiles(tool)]]);
  const hash = createHash("sha256").update(JSON.stringify(made)).digest("hex").slice(0, 12);
  return [kit, members[0]?.version, platform, hash].join("-");
}

/** The path a tool has once it is in the cache. */
export function cachedPath(folder: string, tool: Tool): string {
  return join(folder, cacheKey(tool), tool.name);
}

/**
 * Puts a tool into the cache and returns its path. One process at a time builds it, in a folder of its own, from which
 * the finished file moves to its place by a rename, so the cache never shows half a tool. A process that waited finds
 * it done.
 *
 * @param build writes the finished file to the path it is given; its folder may serve as scratch space
 */
export async function install(
  folder: string,
  tool: Tool,
  report: (line: string) => void,
  build: (output: string, scratch: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<{ path: string; built: boolean }> {
  const path = cachedPath(folder, tool);
  const hidden = join(folder, `.${cacheKey(tool)}-${tool.name}`);
  mkdirSync(dirname(path), { recursive: true });
  return withLock(
    `${hidden}.lock`,
    () => report(`waiting for ${tool.name}: another process is building it …`),
    async () => {
      if (existsSync(path)) return { path, built: false };
      // The lock is ours, so whatever lies here is what killed builds left behind.
      for (const name of readdirSync(folder)) {
        if (name.startsWith(`${basename(hidden)}.tmp-`)) remove(join(folder, name));
      }
      // A name of its own, because the compiler of a killed build may go on writing to the old one for a while.
      const scratch = mkdtempSync(`${hidden}.tmp-`);
      try {
        const output = join(scratch, tool.name);
        await build(output, scratch);
        renameSync(output, path);
      } finally {
        remove(scratch);
      }
      return { path, built: true };
    },
    signal,
  );
}

/** Patient, because a compiler that was told to stop may still write a file or two. */
function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
