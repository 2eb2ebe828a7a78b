import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder of Serin's own package.json. Files that the compiler does not copy (go.mod, go.sum) are found from here,
 * because the code runs both from its source folder and from `dist/`.
 */
export function packageRoot(from: string = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, "utf8")) as { name?: string }).name === "serin") {
      return folder;
    }
    if (folder === dirname(folder)) throw new Error(`no package.json of serin above ${from}`);
  }
}

/** A script that runs as a process of its own, which needs the compiled file whatever started this process. */
export function compiledScript(path: string): string {
  const script = join(packageRoot(), "dist", path);
  if (!existsSync(script)) throw new Error(`${script} is missing: run "npm run build" first`);
  return script;
}
