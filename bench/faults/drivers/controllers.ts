import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../sandbox/cluster/ports";
import type { Context } from "../context";
import { LEADER_LEASE } from "../history/history";
import type { Driver } from "./driver";

/** One replica of the in-cluster controller, which is started again whenever it ends, as the kubelet would. */
export class ControllerReplica {
  /** Times it ended without being killed. */
  crashes = 0;
  driver: Driver | undefined;
  private starts = 0;
  private killed = false;
  private stopping = false;

  constructor(
    private readonly context: Context,
    readonly name: string,
  ) {}

  async start(skewMs = 0): Promise<void> {
    const port = await freePort(new Set());
    const { context } = this;
    this.killed = false;
    this.starts += 1;
    const driver = await context.startDriver({
      name: `${this.name}#${this.starts}`,
      skewMs,
      script: "cli/main.js",
      args: (kubeconfig) => [
        "controller",
        "--kubeconfig",
        kubeconfig,
        "--prometheus-url",
        context.prometheusUrl,
        "--listen",
        `127.0.0.1:${port}`,
        "--lease-namespace",
        LEADER_LEASE.namespace,
      ],
    });
    this.driver = driver;
    void driver.ended.then(() => this.afterEnd(driver));
  }

  /** SIGKILL, and a new start after a while. */
  async kill(restartInMs: number, skewMs = 0): Promise<void> {
    this.killed = true;
    await this.driver?.kill();
    await sleep(restartInMs);
    if (!this.stopping) await this.start(skewMs);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.driver?.kill();
  }

  private async afterEnd(driver: Driver): Promise<void> {
    if (this.killed || this.stopping) return;
    this.crashes += 1;
    this.context.note(`${driver.name} ended by itself (code ${driver.exitCode}): ${driver.lastWords(1)}`);
    await sleep(1000);
    // Somebody may have killed and started it meanwhile.
    if (this.driver === driver && !this.stopping && !this.killed) await this.start();
  }
}
