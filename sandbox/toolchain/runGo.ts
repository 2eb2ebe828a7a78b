import { ToolchainError } from "./errors";
import { explainFailed } from "./explain";
import { goEnvironment } from "./go";
import { runLogged } from "./runLogged";

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
export async function runGo({ tool, temporary, env, ...command }: GoCommand): Promise<Buffer> {
  const settings = { ...goEnvironment(env), GOTMPDIR: env.GOTMPDIR || temporary };
  const { code, printed, said } = await runLogged({ program: "go", env: settings, ...command });
  // "go mod download" tells its errors on the other stream.
  if (code !== 0) throw explainFailure(tool, String(code), said || printed.toString(), command.log);
  return printed;
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
  return explainFailed({ work: `building ${tool}`, program: "go", code, lines, log });
}
