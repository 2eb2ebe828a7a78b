import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildTool } from "./build";
import { cachedPath, cacheFolder, cacheKey, install } from "./cache";
import { requireSpace } from "./disk";
import { findGo } from "./go";
import { findKit, pathProbe } from "./path";
import { type DiskUse, minimumGo, type Tool, type ToolName, tools } from "./tools";
import { formatVersion } from "./version";

export type Origin = "PATH" | "cache" | "built";

export interface ResolvedTool {
  readonly name: ToolName;
  readonly version: string;
  readonly path: string;
  readonly origin: Origin;
  /** How long it took to find or build, in seconds. */
  readonly seconds: number;
}

export interface Toolchain {
  readonly paths: Readonly<Record<ToolName, string>>;
  readonly tools: readonly ResolvedTool[];
}

export interface ResolveOptions {
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
}

/** Finds every tool on PATH or in the cache, and builds the rest, one after the other (Go uses all cores by itself). */
export async function resolveToolchain(
  report: (line: string) => void,
  { signal, env = process.env }: ResolveOptions = {},
): Promise<Toolchain> {
  const folder = cacheFolder(env);
  const onPath = await findOnPath(report, env);
  const found = tools.map((tool) => onPath.get(tool) ?? findInCache(folder, tool));
  const missing = tools.filter((_, index) => !found[index]);
  if (missing.length > 0) await requireBuildable(missing, folder, env);

  const resolved: ResolvedTool[] = [];
  for (const [index, tool] of tools.entries()) {
    resolved.push(found[index] ?? (await installTool(folder, tool, report, env, signal)));
  }
  const paths = Object.fromEntries(resolved.map(({ name, path }) => [name, path])) as Record<ToolName, string>;
  return { paths, tools: resolved };
}

async function findOnPath(report: (line: string) => void, env: NodeJS.ProcessEnv): Promise<Map<Tool, ResolvedTool>> {
  const kits = [...new Set(tools.map(({ kit }) => kit))].map((kit) => tools.filter((tool) => tool.kit === kit));
  const found = await Promise.all(
    kits.map(async (kit) => {
      const started = Date.now();
      const programs = [...((await findKit(kit, report, pathProbe(env))) ?? [])];
      return programs.map(([tool, { path, version }]): [Tool, ResolvedTool] => {
        const told = version ? `v${formatVersion(version)}` : "";
        return [tool, { name: tool.name, version: told, path, origin: "PATH", seconds: secondsSince(started) }];
      });
    }),
  );
  return new Map(found.flat());
}

function findInCache(folder: string, tool: Tool): ResolvedTool | undefined {
  const started = Date.now();
  const path = cachedPath(folder, tool);
  if (!existsSync(path)) return undefined;
  return { name: tool.name, version: tool.version, path, origin: "cache", seconds: secondsSince(started) };
}

/** Everything that would make a build fail late is looked at before the first one starts. */
async function requireBuildable(missing: readonly Tool[], folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const [first = "", second, ...more] = missing.map(({ name }) => name);
  const wanted =
    more.length > 0 ? `${first}, ${second} and ${more.length} more` : [first, second].filter(Boolean).join(" and ");
  const go = await findGo(wanted, minimumGo, env);
  const total = (part: keyof DiskUse): number => missing.reduce((sum, { disk }) => sum + disk[part], 0);
  await requireSpace([
    { folder: go.buildCache, mebibytes: total("compiled") },
    { folder: go.moduleCache, mebibytes: total("modules") },
    { folder, mebibytes: total("file") },
  ]);
}

const heartbeatMs = 30_000;

async function installTool(
  folder: string,
  tool: Tool,
  report: (line: string) => void,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<ResolvedTool> {
  const started = Date.now();
  const { path, built } = await install(
    folder,
    tool,
    report,
    async (output, scratch) => {
      const buildStarted = Date.now();
      report(`building ${tool.name} ${tool.version} …`);
      const heartbeat = setInterval(
        () => report(`still building ${tool.name} (${Math.round(secondsSince(buildStarted))} s so far)`),
        heartbeatMs,
      );
      const log = join(folder, "logs", `${cacheKey(tool)}-${tool.name}.log`);
      try {
        await buildTool(tool, { output, scratch, log, env, signal });
      } finally {
        clearInterval(heartbeat);
      }
      report(`built ${tool.name} in ${Math.round(secondsSince(buildStarted))} s`);
    },
    signal,
  );
  const origin = built ? "built" : "cache";
  return { name: tool.name, version: tool.version, path, origin, seconds: secondsSince(started) };
}

function secondsSince(started: number): number {
  return (Date.now() - started) / 1000;
}
