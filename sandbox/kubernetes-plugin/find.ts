import { execFile } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { compiledScript } from "../toolchain/packageRoot";

const PROGRAM = "pulumi-resource-kubernetes";
const DOWNLOAD_LIMIT_MS = 20_000;
/** How long a refused download is not tried again. */
const REFUSED_FOR_MS = 24 * 60 * 60_000;
/** In the stand-in's script, by which it is told from the official plugin. */
const MARK = "the sandbox's stand-in for the Kubernetes plugin";

export interface FindOptions {
  /** Path of the Pulumi command line. */
  readonly pulumi: string;
  /** Where downloads are kept. */
  readonly cacheDir: string;
  /** Where the stand-in's script is written, which names this package's folder and this Node. @default `cacheDir` */
  readonly standInDir?: string;
  /** @default the environment of this process */
  readonly env?: NodeJS.ProcessEnv;
  readonly report: (line: string) => void;
  /** ms since 1970; for tests. */
  readonly now?: () => number;
}

export interface FoundPlugin {
  readonly kind: "official" | "standIn";
  /** What has the program `pulumi-resource-kubernetes`; to be put first on PATH. */
  readonly folder: string;
}

/**
 * Finds the plugin that serves `@pulumi/kubernetes`: the official one on PATH, in Pulumi's own folder, or downloaded; where
 * there is none, the stand-in, which runs from this package with the present Node.
 */
export async function findKubernetesPlugin(options: FindOptions): Promise<FoundPlugin> {
  const { cacheDir, standInDir = cacheDir, env = process.env } = options;
  const installed = onPath(env) ?? inPlugins(env["PULUMI_HOME"] ?? join(homedir(), ".pulumi")) ?? inPlugins(cacheDir);
  if (installed) return { kind: "official", folder: installed };
  const downloaded = await download(options, env);
  if (downloaded) return { kind: "official", folder: downloaded };
  return { kind: "standIn", folder: standInFolder(standInDir) };
}

function onPath(env: NodeJS.ProcessEnv): string | undefined {
  return (env["PATH"] ?? "").split(delimiter).find((folder) => folder !== "" && isOfficial(join(folder, PROGRAM)));
}

function inPlugins(home: string): string | undefined {
  const plugins = join(home, "plugins");
  if (!existsSync(plugins)) return undefined;
  const folders = readdirSync(plugins).filter(
    (name) => /^resource-kubernetes-v\d[^/]*$/.test(name) && !/\.(?:lock|partial)$/.test(name),
  );
  const newestFirst = folders.sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  return newestFirst.map((name) => join(plugins, name)).find((folder) => isOfficial(join(folder, PROGRAM)));
}

function isOfficial(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    const { size } = statSync(program);
    return size > 4096 || !readFileSync(program, "utf8").includes(MARK);
  } catch {
    return false;
  }
}

async function download(
  { pulumi, cacheDir, report, now = Date.now }: FindOptions,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  mkdirSync(cacheDir, { recursive: true });
  const refusal = join(cacheDir, "kubernetes-plugin-refused");
  if (existsSync(refusal) && now() - Number(readFileSync(refusal, "utf8")) < REFUSED_FOR_MS) return undefined;
  report("looking for the official Kubernetes plugin of Pulumi");
  try {
    const args = ["plugin", "install", "resource", "kubernetes", version(), "--non-interactive"];
    const own = { ...env, PULUMI_HOME: cacheDir, PULUMI_SKIP_UPDATE_CHECK: "true" };
    await promisify(execFile)(pulumi, args, { env: own, timeout: DOWNLOAD_LIMIT_MS, killSignal: "SIGKILL" });
    const folder = inPlugins(cacheDir);
    if (folder) return folder;
  } catch {
    // No network, or none that lets it through: the stand-in does.
  }
  writeFileSync(refusal, String(now()));
  report("it cannot be downloaded: the sandbox's stand-in serves Kubernetes resources");
  return undefined;
}

function version(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- its package.json is no module
  return (require("@pulumi/kubernetes/package.json") as { version: string }).version;
}

/** Writes the script that runs the stand-in. @returns the folder that it is in */
export function standInFolder(cacheDir: string): string {
  const folder = join(cacheDir, "kubernetes-stand-in");
  mkdirSync(folder, { recursive: true });
  const quote = (path: string) => `'${path.replaceAll("'", `'\\''`)}'`;
  const main = compiledScript("sandbox/kubernetes-plugin/main.js");
  const text = `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(main)} "$@" # ${MARK}\n`;
  const program = join(folder, PROGRAM);
  if (existsSync(program) && readFileSync(program, "utf8") === text) return folder;
  // Another process may be about to run it.
  const draft = `${program}.${process.pid}`;
  writeFileSync(draft, text);
  chmodSync(draft, 0o755);
  renameSync(draft, program);
  return folder;
}
