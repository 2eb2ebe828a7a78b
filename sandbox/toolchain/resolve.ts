import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildTool } from "./build";
import { cachedPath, cacheFolder, cacheKey, install } from "./cache";
import { isLack, type ToolchainError } from "./errors";
import { findKit, pathProbe } from "./path";
import { requireBuilders, requireRoom } from "./prerequisites";
import {
  type CoreTool,
  type DataPlaneTool,
  type Extra,
  type PlatformTool,
  type Tool,
  type ToolName,
  tools,
} from "./tools";
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

/** The path of each program of the real data plane. */
export type DataPlane = Readonly<Record<DataPlaneTool, string>>;

export interface Toolchain {
  readonly paths: Readonly<Record<CoreTool, string>>;
  /** Only if it was asked for and can be had on this machine. */
  readonly dataPlane?: DataPlane;
  /** The path of what the platform is installed from and with. Only if it was asked for, and the data plane can be had. */
  readonly platform?: Readonly<Record<PlatformTool, string>>;
  /** Why the data plane that was asked for cannot be had on this machine; its message is one line. */
  readonly dataPlaneMissing?: ToolchainError;
  readonly tools: readonly ResolvedTool[];
}

export interface ResolveOptions {
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  /**
   * `dataPlane` also asks for Envoy, istiod and vegeta; `platform` for these and what a platform is installed from.
   *
   * @default nothing but what every sandbox needs
   */
  readonly extras?: Extra;
}

/** Which tools come with what is asked for. */
const included: Readonly<Record<Extra, readonly Extra[]>> = {
  dataPlane: ["dataPlane"],
  platform: ["dataPlane", "platform"],
};

type Found = ReadonlyMap<Tool, ResolvedTool>;

/**
 * Finds every tool on PATH or in the cache, and builds the rest, one after the other (Go uses all cores by itself). Where
 * the machine lacks what an extra needs (Python, say), the result tells so; where something goes wrong, this fails.
 */
export async function resolveToolchain(
  report: (line: string) => void,
  { signal, env = process.env, extras }: ResolveOptions = {},
): Promise<Toolchain> {
  const folder = cacheFolder(env);
  const core = tools.filter(({ extra }) => extra === undefined);
  const extra = tools.filter(
    (tool) => tool.extra !== undefined && extras !== undefined && included[extras].includes(tool.extra),
  );
  const found = await findTools([...core, ...extra], folder, report, env);
  const missing = (among: readonly Tool[]): Tool[] => among.filter((tool) => !found.has(tool));
  // All that would make a build fail late is looked at before the first one starts.
  await requireBuilders(missing(core), env);
  const lack = await lackOf(() => requireBuilders(missing(extra), env));
  await requireRoom(missing(lack ? core : [...core, ...extra]), folder, env);

  const resolveAll = async (wanted: readonly Tool[]): Promise<ResolvedTool[]> => {
    const resolved: ResolvedTool[] = [];
    for (const tool of wanted) resolved.push(found.get(tool) ?? (await installTool(folder, tool, report, env, signal)));
    return resolved;
  };
  const resolved = await resolveAll(core);
  const paths = pathsOf<CoreTool>(resolved);
  if (!extras) return { paths, tools: resolved };
  let more: ResolvedTool[] = [];
  const dataPlaneMissing = lack ?? (await lackOf(async () => void (more = await resolveAll(extra))));
  if (dataPlaneMissing) return { paths, dataPlaneMissing, tools: resolved };
  const of = (wanted: Extra): ResolvedTool[] => more.filter((_, index) => extra[index]?.extra === wanted);
  return {
    paths,
    dataPlane: pathsOf<DataPlaneTool>(of("dataPlane")),
    ...(extras === "platform" ? { platform: pathsOf<PlatformTool>(of("platform")) } : {}),
    tools: [...resolved, ...more],
  };
}

/** What the machine lacks for `work`, if that is why it fails. */
async function lackOf(work: () => Promise<void>): Promise<ToolchainError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (isLack(error)) return error;
    throw error;
  }
}

function pathsOf<Name extends ToolName>(resolved: readonly ResolvedTool[]): Record<Name, string> {
  return Object.fromEntries(resolved.map(({ name, path }) => [name, path])) as Record<Name, string>;
}

async function findTools(
  wanted: readonly Tool[],
  folder: string,
  report: (line: string) => void,
  env: NodeJS.ProcessEnv,
): Promise<Found> {
  const onPath = await findOnPath(wanted, report, env);
  return new Map(
    wanted.flatMap((tool) => {
      const found = onPath.get(tool) ?? findInCache(folder, tool);
      return found ? [[tool, found]] : [];
    }),
  );
}

async function findOnPath(
  wanted: readonly Tool[],
  report: (line: string) => void,
  env: NodeJS.ProcessEnv,
): Promise<Found> {
  const kits = [...new Set(wanted.map(({ kit }) => kit))].map((kit) => wanted.filter((tool) => tool.kit === kit));
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
      const [doing, done] = tool.recipe.kind === "wheel" ? ["fetching", "fetched"] : ["building", "built"];
      report(`${doing} ${tool.name} ${tool.version} …`);
      const heartbeat = setInterval(
        () => report(`still ${doing} ${tool.name} (${Math.round(secondsSince(buildStarted))} s so far)`),
        heartbeatMs,
      );
      const log = join(folder, "logs", `${cacheKey(tool)}-${tool.name}.log`);
      try {
        await buildTool(tool, { output, scratch, log, env, signal });
      } finally {
        clearInterval(heartbeat);
      }
      report(`${done} ${tool.name} in ${Math.round(secondsSince(buildStarted))} s`);
    },
    signal,
  );
  const origin = built ? "built" : "cache";
  return { name: tool.name, version: tool.version, path, origin, seconds: secondsSince(started) };
}

function secondsSince(started: number): number {
  return (Date.now() - started) / 1000;
}
