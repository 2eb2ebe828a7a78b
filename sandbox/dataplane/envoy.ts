import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { closeSync, constants, openSync, rmSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { ended } from "./ended";

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

/** Runs an Envoy until the signal aborts, and starts it again should it end before, or not start at all. */
export async function runEnvoy(options: EnvoyOptions): Promise<void> {
  const { name, configFile, config, log, signal } = options;
  writeFileSync(configFile, JSON.stringify(config), { mode: 0o600 });
  while (!signal.aborted) {
    const how = await runOnce(options).catch((error: unknown) => String(error));
    if (signal.aborted) return;
    log(`Envoy ${name} has ended (${how}); starting it again`);
    await sleep(restartMs, undefined, { signal }).catch(() => undefined);
  }
}

/** @returns how it has ended, in words */
async function runOnce(options: EnvoyOptions): Promise<string> {
  const child = start(options);
  const end = ended(child);
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill("SIGTERM");
    timer = setTimeout(() => child.kill("SIGKILL"), stopMs);
  };
  options.signal.addEventListener("abort", stop, { once: true });
  return end.finally(() => {
    options.signal.removeEventListener("abort", stop);
    clearTimeout(timer);
  });
}

function start({ envoy, configFile, onLine }: EnvoyOptions): ChildProcess {
  const pipe = namedPipe(`${configFile}.log`);
  const args = [
    ...["--config-path", configFile, "--concurrency", "1", "--disable-hot-restart"],
    ...["--log-level", "warning", "--component-log-level", "misc:error,main:error,config:error"],
    // Else a line may wait for ten seconds.
    ...["--file-flush-interval-msec", "20"],
  ];
  createInterface(pipe.output).on("line", onLine);
  try {
    // However this process ends, the Envoy ends with it; it would keep the ports otherwise.
    return spawn("setpriv", ["--pdeathsig", "SIGKILL", envoy, ...args], {
      stdio: ["ignore", pipe.writeEnd, "inherit"],
    });
  } finally {
    closeSync(pipe.writeEnd);
  }
}

/** Envoy opens /dev/stdout by its name, which the sockets that Node makes for its children do not allow. */
function namedPipe(path: string): { readonly output: Socket; readonly writeEnd: number } {
  rmSync(path, { force: true });
  execFileSync("mkfifo", ["-m", "600", path]);
  // In this order: a reader need not wait for a writer.
  const output = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true });
  return { output, writeEnd: openSync(path, constants.O_WRONLY) };
}
