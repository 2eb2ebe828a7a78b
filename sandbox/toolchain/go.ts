import { execFile, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { ToolchainError } from "./errors";
import { isAtLeast, parseVersion } from "./version";

export interface Go {
  readonly version: string;
  /** Where Go keeps compiled packages. */
  readonly buildCache: string;
  /** Where Go keeps downloaded modules. */
  readonly moduleCache: string;
}

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", arm64: "arm64" };
const platforms: Partial<Record<NodeJS.Platform, string>> = { linux: "linux", darwin: "darwin" };

/**
 * The environment of every Go command: the user's own (proxy, caches, flags), but building for this machine, without a
 * C compiler, with the Go that is installed, and with the module files of the repository alone.
 */
export function goEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const goarch = architectures[process.arch];
  const goos = platforms[process.platform];
  if (!goarch || !goos) {
    throw new ToolchainError(
      "platformUnsupported",
      `the sandbox runs on Linux and macOS, amd64 and arm64, not on ${process.platform} ${process.arch}`,
    );
  }
  const flags = (env.GOFLAGS ?? "")
    .split(/\s+/)
    .filter((flag) => flag !== "" && !/^--?mod(file|cacherw)?(=|$)/.test(flag));
  return {
    ...env,
    GOFLAGS: flags.join(" "),
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    CGO_ENABLED: "0",
    GOOS: goos,
    GOARCH: goarch,
  };
}

/** The installed Go, or an error that says what `wanted` needs and how to get it. */
export async function findGo(wanted: string, minimum: string, env: NodeJS.ProcessEnv = process.env): Promise<Go> {
  const help = `install Go ${minimum} or newer (https://go.dev/dl), or put ${wanted} on PATH`;
  const { stdout } = await promisify(execFile)("go", ["env", "-json", "GOVERSION", "GOCACHE", "GOMODCACHE"], {
    // Outside any module, so that no go.mod of the user's has a say.
    cwd: tmpdir(),
    env: goEnvironment(env),
  }).catch((error: NodeJS.ErrnoException) => {
    const missing = error.code === "ENOENT";
    const found = missing ? "there is no go on PATH" : `"go env" failed: ${error.message}`;
    throw new ToolchainError(
      "goMissing",
      `Go ${minimum} or newer is needed to build ${wanted}, and ${found}: ${help}`,
      { cause: error },
    );
  });
  const answer = JSON.parse(stdout) as Record<"GOVERSION" | "GOCACHE" | "GOMODCACHE", string>;
  const version = parseVersion(answer.GOVERSION);
  const least = parseVersion(minimum);
  if (!version || !least || !isAtLeast(version, least)) {
    throw new ToolchainError(
      "goTooOld",
      `Go ${minimum} or newer is needed to build ${wanted}, and the go on PATH is ${answer.GOVERSION}: ${help}`,
    );
  }
  return { version: answer.GOVERSION, buildCache: answer.GOCACHE, moduleCache: answer.GOMODCACHE };
}

export interface GoCommand {
  readonly tool: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly log: string;
  /** Go's and the linker's temporary files; the system's own folder may be small or may not allow to execute. */
  readonly temporary: string;
  readonly signal?: AbortSignal;
}

/** Runs a Go command and returns what it prints. What it says goes to the log too, whose tail becomes the error. */
export async function runGo(command: GoCommand, env: NodeJS.ProcessEnv = process.env): Promise<Buffer> {
  const log = createWriteStream(command.log, { flags: "a" });
  log.write(`go ${command.args.join(" ")}\n`);
  const child = spawn("go", command.args, {
    cwd: command.folder,
    env: { ...goEnvironment(env), GOTMPDIR: env.GOTMPDIR || command.temporary },
    stdio: ["ignore", "pipe", "pipe"],
    signal: command.signal,
  });
  // Go must not go on building for a process that is gone.
  const kill = (): void => void child.kill("SIGTERM");
  process.once("exit", kill);
  const printed: Buffer[] = [];
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    log.write(chunk);
    said = (said + chunk.toString()).slice(-20_000);
  });
  try {
    const code = await new Promise<number | string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exit, signal) => resolve(exit ?? signal ?? "unknown"));
    });
    if (code !== 0) throw explainFailure(command.tool, String(code), said, command.log);
    return Buffer.concat(printed);
  } finally {
    process.removeListener("exit", kill);
    log.end();
  }
}

const unreachable =
  /dial tcp|no such host|i\/o timeout|connection (refused|reset)|TLS handshake|proxyconnect|network is unreachable|GOPROXY=off|: 50[234] |unexpected EOF/;

/** Tells a network that does not answer from code that does not build. */
export function explainFailure(tool: string, code: string, output: string, log: string): ToolchainError {
  const lines = output.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("go: downloading "));
  const network = lines.find((line) => unreachable.test(line));
  if (network) {
    return new ToolchainError(
      "registryUnreachable",
      `the Go modules for ${tool} could not be fetched: ${network.trim()}\n` +
        `Check the network, or set GOPROXY to a module proxy that you can reach. Full log: ${log}`,
    );
  }
  if (lines.some((line) => line.includes("no space left on device"))) {
    return new ToolchainError("diskFull", `the disk filled up while building ${tool}: make room. Full log: ${log}`);
  }
  const tail = lines.slice(-10).map((line) => `  ${line}`);
  return new ToolchainError(
    "buildFailed",
    [`building ${tool} failed (go ended with ${code}):`, ...tail, `Full log: ${log}`].join("\n"),
  );
}
