import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { RunError } from "@pulumi/pulumi";

/** Folders whose code the provider runs. */
const SOURCES = ["engine", "adapters", "driver", "provider"];

/**
 * Makes sure that what the provider will load is what the sources say. An installed package has no sources and is
 * always up to date; a checkout may not have been built since it was changed.
 *
 * @throws RunError saying what to do
 */
export function assertBuilt(root: string = packageRoot()): void {
  const built = join(root, "dist", ".tsbuildinfo");
  if (!existsSync(join(root, "tsconfig.json"))) return;
  if (!existsSync(built)) throw new RunError("Serin is not built: run `npm run build`");
  const builtAt = statSync(built).mtimeMs;
  const newer = SOURCES.flatMap((folder) => sourcesIn(join(root, folder))).find((f) => statSync(f).mtimeMs > builtAt);
  if (newer) throw new RunError(`Serin's build is older than ${newer.slice(root.length + 1)}: run \`npm run build\``);
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** This module runs from `dist/components`, or from `components` under ts-node. */
function packageRoot(): string {
  const parent = dirname(__dirname);
  return existsSync(join(parent, "package.json")) ? parent : dirname(parent);
}
