import { execFile } from "node:child_process";
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
  const flags = (env.GOFLAGS ?? "").split(/\s+/).filter((flag) => flag !== "" && !/^--?mod(file)?=/.test(flag));
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
  const help = `install Go ${minimum} or newer, or put ${wanted} on PATH`;
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
