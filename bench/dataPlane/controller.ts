import axios from "axios";
import { spawnDetached } from "../../sandbox/cluster/launch";
import { layoutOf, logOf } from "../../sandbox/cluster/layout";
import { freePort } from "../../sandbox/cluster/ports";
import { endProcesses, isAlive, type ProcessId } from "../../sandbox/cluster/processes";
import { compiledScript } from "../../sandbox/toolchain/packageRoot";
import { NAMESPACE, type Stage } from "./stage";

const NAME = "controller";
const READY_TIMEOUT_MS = 30_000;

/** A process of `serin controller`, which carries the sandbox's mark and ends with it. */
export class Controller {
  private constructor(
    private readonly id: ProcessId,
    private readonly log: string,
  ) {}

  /** Resolves when it is ready. @throws Error when it is not within 30 s */
  static async start({ sandbox, until }: Stage): Promise<Controller> {
    const layout = layoutOf(sandbox.dir);
    const log = logOf(layout, NAME);
    const address = `127.0.0.1:${await freePort(new Set())}`;
    const args = [
      ...[compiledScript("cli/main.js"), "controller"],
      ...["--kubeconfig", sandbox.kubeconfig],
      ...["--prometheus-url", sandbox.prometheusUrl],
      ...["--listen", address],
      ...["--lease-namespace", NAMESPACE],
    ];
    const controller = new Controller(spawnDetached(process.execPath, args, log, layout, NAME), log);
    const isReady = async (): Promise<boolean> => {
      controller.assertAlive();
      return axios.get(`http://${address}/readyz`, { timeout: 2_000, proxy: false }).then(
        () => true,
        () => false,
      );
    };
    await until("the controller is ready", isReady, READY_TIMEOUT_MS);
    return controller;
  }

  /** @throws Error when it has ended by itself */
  assertAlive(): void {
    if (!isAlive(this.id)) throw new Error(`the controller has ended by itself: see ${this.log}`);
  }

  /** Asks it to end, and waits for it. */
  async stop(): Promise<void> {
    await endProcesses([this.id]);
  }
}
