import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, rmSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const restartMs = 500;
const stopMs = 3_000;

export interface EnvoyOptions {
  readonly name: string;
  /** The program. */
  readonly envoy: string;
  /** Where its bootstrap configuration is written to. */
  readonly configFile: string;
  readonly config: object;
  /** Each line that it writes to stdout: its access log. */
  readonly onLine: (line: string) => void;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Runs an Envoy until the signal aborts, and starts it again should it end before. */
export async function runEnvoy(options: EnvoyOptions): Promise<void> {
  const { name, configFile, config, log, signal } = options;
  writeFileSync(configFile, JSON.stringify(config), { mode: 0o600 });
  while (!signal.aborted) {
    const child = start(options);
    const stop = (): void => void endWithin(child, stopMs);
    signal.addEventListener("abort", stop, { once: true });
    const [code, by] = (await once(child, "close")) as [number | null, string | null];
    signal.removeEventListener("abort", stop);
    if (signal.aborted) return;
    log(`Envoy ${name} has ended (${code ?? by}); starting it again`);
    await sleep(restartMs, undefined, { signal }).catch(() => undefined);
  }
}

function start({ envoy, configFile, onLine, log, name }: EnvoyOptions): ChildProcess {
  const pipe = namedPipe(`${configFile}.log`);
  const args = [
    ...["--config-path", configFile, "--concurrency", "1", "--disable-hot-restart"],
    ...["--log-level", "warning", "--component-log-level", "misc:error,main:error,config:error"],
    // Else a line may wait for ten seconds.
    ...["--file-flush-interval-msec", "20"],
  ];
  // However this process ends, the Envoy ends with it; it would keep the ports otherwise.
  const child = spawn("setpriv", ["--pdeathsig", "SIGKILL", envoy, ...args], {
    stdio: ["ignore", pipe.writeEnd, "inherit"],
  });
  closeSync(pipe.writeEnd);
  child.once("error", (error) => log(`Envoy ${name} cannot be started: ${error.message}`));
  createInterface(pipe.output).on("line", onLine);
  return child;
}

/** Envoy opens /dev/stdout by its name, which the sockets that Node makes for its children do not allow. */
function namedPipe(path: string): { readonly output: Socket; readonly writeEnd: number } {
  rmSync(path, { force: true });
  execFileSync("mkfifo", ["-m", "600", path]);
  // In this order: a reader need not wait for a writer.
  const output = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true });
  return { output, writeEnd: openSync(path, constants.O_WRONLY) };
}

async function endWithin(child: ChildProcess, ms: number): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), ms);
  await once(child, "close");
  clearTimeout(timer);
}
