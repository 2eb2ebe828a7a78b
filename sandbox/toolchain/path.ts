import { execFile } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import type { PathRule, Tool } from "./tools";
import { formatVersion, isAtLeast, parseVersion, type Version } from "./version";

export interface Found {
  readonly path: string;
  readonly version?: Version;
}

/** All that decides over a program on PATH, replaceable in tests. */
export interface PathProbe {
  /** The program's path, or undefined. With folders given, only these are searched. */
  find(name: string, folders?: readonly string[]): string | undefined;
  /** What the program prints when asked for its version. */
  ask(path: string, args: readonly string[]): Promise<string>;
}

export function pathProbe(env: NodeJS.ProcessEnv = process.env): PathProbe {
  const searched = (env.PATH ?? "").split(delimiter).filter(isAbsolute);
  return {
    find: (name, folders = searched) => folders.map((folder) => join(folder, name)).find(isExecutable),
    ask: async (path, args) => {
      const { stdout, stderr } = await promisify(execFile)(path, args, { env, timeout: 10_000 });
      return `${stdout}\n${stderr}`;
    },
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The programs of a kit on PATH, if every one is there and suitable and their versions agree; otherwise none of them.
 * Programs that were there but will not do are reported, so that nobody wonders why theirs was not taken.
 */
export async function findKit(
  kit: readonly Tool[],
  report: (line: string) => void,
  probe: PathProbe = pathProbe(),
): Promise<Map<Tool, Found> | undefined> {
  const found = new Map<Tool, Found>();
  for (const tool of kit) {
    const program = tool.onPath && (await findTool(tool, tool.onPath, found, report, probe));
    if (!program) return undefined;
    found.set(tool, program);
  }
  const minors = new Set(
    [...found.values()].flatMap(({ version }) => (version ? [`${version.major}.${version.minor}`] : [])),
  );
  if (minors.size > 1) {
    report(`${kit.map(({ name }) => name).join(", ")} on PATH are of different versions: not used`);
    return undefined;
  }
  return found;
}

async function findTool(
  { name }: Tool,
  rule: PathRule,
  found: ReadonlyMap<Tool, Found>,
  report: (line: string) => void,
  probe: PathProbe,
): Promise<Found | undefined> {
  if (rule.kind === "beside") {
    const leader = [...found].find(([tool]) => tool.name === rule.tool)?.[1].path;
    if (!leader) return undefined;
    // Package managers put a link on PATH and the programs that belong to it beside its target.
    const path = probe.find(name, [dirname(leader), dirname(resolveLink(leader))]);
    if (!path) report(`${rule.tool} on PATH has no ${name} beside it: not used`);
    return path ? { path } : undefined;
  }
  const path = probe.find(name);
  if (!path) return undefined;
  const version = parseVersion(await probe.ask(path, rule.args).catch(() => ""));
  const minimum = parseVersion(rule.minimum);
  if (version && minimum && isAtLeast(version, minimum)) return { path, version };
  const told = version ? `is version ${formatVersion(version)}` : "tells no version";
  report(`${name} on PATH ${told}, ${rule.minimum} or newer is needed: not used`);
  return undefined;
}

function resolveLink(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
