import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { compiledScript } from "../../../sandbox/toolchain/packageRoot";
import { ApiProxy, type ApiProxyOptions } from "../proxies/apiProxy";

export interface DriverOptions {
  /** Unique in a run. */
  readonly name: string;
  /** Folder for its kubeconfig and its log. */
  readonly dir: string;
  /** The sandbox's own kubeconfig. */
  readonly kubeconfig: string;
  readonly proxy: ApiProxyOptions;
  /** How far its wall clock is off, in ms. */
  readonly skewMs: number;
  /** The script below `dist/`, and its arguments, given the kubeconfig that leads through the proxy. */
  readonly script: string;
  readonly args: (kubeconfig: string) => readonly string[];
}

/** A process that drives experiments, behind a network of its own. */
export class Driver {
  /** Whether it has been told to stop, so that it does nothing. */
  frozen = false;
  /** Its exit code; null when a signal ended it, undefined while it runs. */
  exitCode: number | null | undefined;
  readonly ended: Promise<number | null>;

  private constructor(
    readonly name: string,
    readonly proxy: ApiProxy,
    readonly logFile: string,
    private readonly child: ChildProcess,
  ) {
    this.ended = once(child, "exit").then(([code]) => {
      this.exitCode = code as number | null;
      // What it has sent is still on its way, for a while.
      setTimeout(() => proxy.close(), 10_000).unref();
      return this.exitCode;
    });
  }

  static async start({ name, dir, kubeconfig, proxy, skewMs, script, args }: DriverOptions): Promise<Driver> {
    const own = new ApiProxy(proxy);
    const config = join(dir, `${fileName(name)}.kubeconfig`);
    writeFileSync(config, throughProxy(readFileSync(kubeconfig, "utf8"), await own.listen()), { mode: 0o600 });
    const logFile = join(dir, `${fileName(name)}.log`);
    const log = openSync(logFile, "a");
    try {
      const child = spawn(
        process.execPath,
        ["--require", compiledScript("bench/faults/drivers/preload.js"), compiledScript(script), ...args(config)],
        { stdio: ["ignore", log, log], env: { ...process.env, SERIN_BENCH_SKEW_MS: String(skewMs) } },
      );
      return new Driver(name, own, logFile, child);
    } finally {
      closeSync(log);
    }
  }

  get runs(): boolean {
    return this.exitCode === undefined;
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    if (this.runs) this.child.kill("SIGKILL");
    await this.ended;
  }

  freeze(): void {
    this.frozen = true;
    this.child.kill("SIGSTOP");
  }

  thaw(): void {
    this.frozen = false;
    this.child.kill("SIGCONT");
  }

  /** The last lines that it wrote. */
  lastWords(lines = 3): string {
    return readFileSync(this.logFile, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  }
}

function fileName(name: string): string {
  return name.replaceAll("/", "-");
}

/** A kubeconfig that differs in the server alone. The way to the proxy is not encrypted: it never leaves the machine. */
function throughProxy(text: string, url: string): string {
  const config = parse(text) as { clusters: { cluster: Record<string, unknown> }[] };
  for (const entry of config.clusters) {
    entry.cluster = { server: url, "insecure-skip-tls-verify": true };
  }
  return stringify(config);
}
