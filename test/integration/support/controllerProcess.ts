import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import axios from "axios";
import type { Sandbox } from "../../../sandbox/cluster";
import { until } from "./releaseFixture";

const PROGRAM = join(__dirname, "..", "..", "..", "dist", "cli", "main.js");

/** A line of the controller's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  /** What the election has brought: `standby`, `leading` or `lost`. */
  readonly state?: string;
  readonly [member: string]: unknown;
}

/** `serin controller` as a process of its own. */
export class ControllerProcess {
  readonly log: LogLine[] = [];
  /** What it printed that is no line of its log. */
  private stray = "";
  private readonly ended: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = once(child, "close");
    if (child.stderr) createInterface(child.stderr).on("line", (line) => this.read(line));
    // Should the tests be killed, nobody would be left to stop it.
    process.once("exit", () => child.kill("SIGKILL"));
  }

  /**
   * Starts one for a sandbox, with all rights there. Resolves when it is ready to lead, or to wait for its turn.
   *
   * @param args more of the command line; it overrides what comes before it
   * @param env variables on top of this process's own
   */
  static async start(
    { kubeconfig, prometheusUrl }: Sandbox,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<ControllerProcess> {
    const given = ["--kubeconfig", kubeconfig, "--prometheus-url", prometheusUrl, "--listen", "127.0.0.1:0"];
    const child = spawn(process.execPath, [PROGRAM, "controller", ...given, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, ...env },
    });
    const controller = new ControllerProcess(child);
    await until("the controller is ready", () => controller.isReady(), 30_000);
    return controller;
  }

  /** Base URL of `/healthz`, `/readyz` and `/metrics`; undefined until it listens. */
  get url(): string | undefined {
    const started = this.log.find(({ msg }) => msg === "started");
    return started && `http://127.0.0.1:${String(started["port"])}`;
  }

  /** Whether it leads, as far as it has said. */
  get isLeading(): boolean {
    return this.log.filter(({ state }) => state !== undefined).at(-1)?.state === "leading";
  }

  /** SIGTERM, as Kubernetes ends a pod. @returns the exit code once the process has ended; null when a signal ended it */
  async end(): Promise<number | null> {
    return this.kill("SIGTERM");
  }

  /** Sends a signal. @returns the exit code once the process has ended; null when the signal ended it */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<number | null> {
    this.child.kill(signal);
    await this.ended;
    return this.child.exitCode;
  }

  private async isReady(): Promise<boolean> {
    if (this.child.exitCode !== null) throw new Error(`the controller ended at once: ${this.stray}`);
    if (this.url === undefined) return false;
    const { status } = await axios.get<string>(`${this.url}/readyz`, { validateStatus: () => true });
    return status === 200;
  }

  private read(line: string): void {
    try {
      this.log.push(JSON.parse(line) as LogLine);
    } catch {
      this.stray += `${line}\n`;
    }
  }
}
