import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { ToolchainError, type ToolchainFailure } from "./errors";
import { minimumPip, minimumPython } from "./tools";
import { formatVersion, isAtLeast, parseVersion } from "./version";

/** Fails unless `python3` on PATH, with its pip, can fetch `wanted`; the error says how to get what is missing. */
export async function requirePython(wanted: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const needed = `Python ${minimumPython} or newer with pip ${minimumPip} or newer is needed to fetch ${wanted}`;
  const lack = (failure: ToolchainFailure, found: string, cause?: unknown): ToolchainError =>
    new ToolchainError(failure, `${needed}, and ${found}: install it, or put ${wanted} on PATH`, { cause });
  const ask = async (...args: string[]): Promise<string> => {
    // Outside any project, because Python takes modules from the folder that it is run in.
    const { stdout } = await promisify(execFile)("python3", args, { cwd: tmpdir(), env, timeout: 30_000 });
    return stdout;
  };

  const python = await ask("--version").catch((error: NodeJS.ErrnoException) => {
    const found = error.code === "ENOENT" ? "there is no python3 on PATH" : '"python3 --version" failed';
    throw lack("pythonMissing", found, error);
  });
  if (!suffices(python, minimumPython)) throw lack("pythonTooOld", `the python3 on PATH is ${told(python)}`);
  const pip = await ask("-m", "pip", "--version").catch((error: unknown) => {
    throw lack("pipMissing", "the python3 on PATH has no pip that works", error);
  });
  if (!suffices(pip, minimumPip)) throw lack("pipMissing", `the pip of the python3 on PATH is ${told(pip)}`);
}

function suffices(text: string, minimum: string): boolean {
  const [version, least] = [parseVersion(text), parseVersion(minimum)];
  return version !== undefined && least !== undefined && isAtLeast(version, least);
}

function told(text: string): string {
  const version = parseVersion(text);
  return version ? formatVersion(version) : "of a version that it does not tell";
}
