import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { ToolchainError } from "./errors";
import { goEnvironment } from "./go";

export interface GoCommand {
  readonly tool: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly log: string;
  /** Go's and the linker's temporary files; the system's own folder may be small or may not allow to execute. */
  readonly temporary: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** Runs a Go command and returns what it prints. What it says goes to the log too, whose tail becomes the error. */
export async function runGo({ tool, args, folder, log, temporary, env, signal }: GoCommand): Promise<Buffer> {
  signal?.throwIfAborted();
  appendFileSync(log, `go ${args.join(" ")}\n`);
  const child = spawn("go", args, {
    cwd: folder,
    env: { ...goEnvironment(env), GOTMPDIR: env.GOTMPDIR || temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Go must not go on building for a process that has lost interest or is gone.
  const kill = (): void => void child.kill("SIGTERM");
  signal?.addEventListener("abort", kill);
  process.once("exit", kill);
  const printed: Buffer[] = [];
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    appendFileSync(log, chunk);
    said = (said + chunk.toString()).slice(-20_000);
  });
  try {
    const code = await new Promise<number | string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exit, killer) => resolve(exit ?? killer ?? "unknown"));
    });
    signal?.throwIfAborted();
    const output = Buffer.concat(printed);
    // "go mod download" tells its errors on the other stream.
    if (code !== 0) throw explainFailure(tool, String(code), said || output.toString(), log);
    return output;
  } finally {
    signal?.removeEventListener("abort", kill);
    process.removeListener("exit", kill);
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
