import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { moduleFolder } from "./cache";
import { goEnvironment } from "./go";
import { tools, type WheelRecipe } from "./tools";

const platforms = ["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"];

/**
 * Completes every go.sum for every supported platform, since each compiles other packages, and writes the hashes of the
 * wheels of all platforms.
 */
export async function pinModules(report: (line: string) => void): Promise<void> {
  for (const tool of tools) {
    const { name, recipe } = tool;
    if (recipe.kind === "copy" || recipe.kind === "release") continue;
    if (recipe.kind === "wheel") await pinWheel(moduleFolder(tool), recipe);
    else await pinPackage(moduleFolder(tool), recipe.package);
    report(`pinned ${name}`);
  }
}

async function pinPackage(cwd: string, name: string): Promise<void> {
  for (const platform of platforms) {
    const [GOOS, GOARCH] = platform.split("/");
    await promisify(execFile)("go", ["list", "-mod=mod", "-deps", name], {
      cwd,
      env: { ...goEnvironment(), GOOS, GOARCH },
      maxBuffer: 64 * 1024 * 1024,
    });
  }
}

/** Keeps the version that requirements.txt names, and asks pip for the wheel of every platform. */
async function pinWheel(folder: string, { platforms: names }: WheelRecipe): Promise<void> {
  const file = join(folder, "requirements.txt");
  const wanted = /^[\w-]+==[\w.]+/.exec(readFileSync(file, "utf8"))?.[0];
  if (!wanted) throw new Error(`${file} names no version: its first line must start with package==version`);
  const scratch = mkdtempSync(join(tmpdir(), "serin-pin-"));
  try {
    for (const name of Object.values(names)) {
      const options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", `--platform=${name}`, `--dest=${scratch}`];
      await promisify(execFile)("python3", ["-m", "pip", "download", ...options, wanted], { cwd: scratch });
    }
    writeFileSync(
      file,
      requirements(
        wanted,
        readdirSync(scratch)
          .sort()
          .map((wheel) => readFileSync(join(scratch, wheel))),
      ),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A requirements.txt of one package that may be any of these wheels. */
export function requirements(wanted: string, wheels: readonly Buffer[]): string {
  const hashes = wheels.map((wheel) => `--hash=sha256:${createHash("sha256").update(wheel).digest("hex")}`);
  return `${[wanted, ...hashes].join(" \\\n    ")}\n`;
}
