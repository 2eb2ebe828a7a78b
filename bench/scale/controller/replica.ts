import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import axios from "axios";
import { spawnDetached } from "../../../sandbox/cluster/launch";
import { logOf } from "../../../sandbox/cluster/layout";
import { freePort } from "../../../sandbox/cluster/ports";
import { endProcesses, isAlive, type ProcessId } from "../../../sandbox/cluster/processes";
import { compiledScript } from "../../../sandbox/toolchain/packageRoot";
import { pathProbe } from "../../../sandbox/toolchain/path";
import { CONTROLLER_NAMESPACE } from "../environment/accounts";
import type { Environment } from "../environment/environment";
import { usageOf, type Usage } from "./procfs";

/** How the image starts Node: without them it takes more memory before it tidies up. */
const AS_IN_THE_IMAGE = ["--max-old-space-size=144", "--max-semi-space-size=8"];
const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 50;
/** Of the log of one that fails. */
const LOG_LINES = 10;

/** The core that the controllers share, so that what they can do does not depend on the machine's other work. */
const CORE = 1;

/** One process of the controller. */
export class Replica {
  private last: Usage = { cpuMs: 0, rssMiB: 0, peakRssMiB: 0 };

  private constructor(
    private readonly id: ProcessId,
    private readonly url: string,
    private readonly log: string,
  ) {}

  /**
   * Starts a controller. It carries the environment's mark, and ends with it.
   *
   * @param name of its log
   * @param identity under which it leads
   * @param command shell command to run instead of Serin's own; it gets the same arguments
   */
  static async start(
    environment: Environment,
    { name, identity }: { readonly name: string; readonly identity: string },
    command: string | undefined,
  ): Promise<Replica> {
    const { layout, controllerKubeconfig, prometheusUrl } = environment;
    const address = `127.0.0.1:${await freePort(new Set())}`;
    const log = logOf(layout, name);
    const [program = "", ...args] = [
      ...pinned(),
      ...(command === undefined
        ? [process.execPath, ...AS_IN_THE_IMAGE, compiledScript("cli/main.js")]
        : ["/bin/sh", "-c", `cd "$0" && exec ${command} "$@"`, process.cwd()]),
      "controller",
      ...["--kubeconfig", controllerKubeconfig],
      ...["--prometheus-url", prometheusUrl],
      ...["--listen", address],
      ...["--lease-namespace", CONTROLLER_NAMESPACE],
      ...["--identity", identity],
    ];
    return new Replica(spawnDetached(program, args, log, layout, name), `http://${address}`, log);
  }

  /** Waits until it says that it is ready. @throws Error when it ends or takes too long */
  async untilReady(signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    const client = axios.create({ baseURL: this.url, timeout: 2_000, validateStatus: () => true });
    for (;;) {
      const status = await client.get("/readyz").then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return;
      this.assertAlive();
      if (Date.now() > deadline) throw this.failure("was not ready after 60 s");
      signal.throwIfAborted();
      await sleep(READY_POLL_MS);
    }
  }

  /** Experiments of which it has still to write an Event; 0 for a controller that does not tell. */
  async eventsWaiting(): Promise<number> {
    const { data } = await axios.get<string>(`${this.url}/metrics`, { timeout: 2_000, responseType: "text" });
    return Number(/^serin_events_waiting (\d+)$/m.exec(data)?.[1] ?? 0);
  }

  /** @throws Error when it has ended by itself */
  assertAlive(): void {
    if (!isAlive(this.id)) throw this.failure("has ended by itself");
  }

  private failure(what: string): Error {
    const lines = readFileSync(this.log, "utf8").trimEnd().split("\n").slice(-LOG_LINES);
    return new Error(`the controller ${what}. The last lines of its log:\n${lines.join("\n")}`);
  }

  /** What it has used; once it has ended, what it was last seen to have used. */
  usage(): Usage {
    try {
      if (isAlive(this.id)) this.last = usageOf(this.id.pid);
    } catch {
      // It ended between the two looks.
    }
    return this.last;
  }

  /** Ends it without a word, as a crash would. */
  async kill(): Promise<void> {
    this.usage();
    await endProcesses([this.id], "SIGKILL");
  }

  /** Asks it to end, and waits for it. */
  async stop(): Promise<void> {
    this.usage();
    await endProcesses([this.id]);
  }
}

/** What to start a process with so that it stays on one core; nothing where that is not possible. */
function pinned(): readonly string[] {
  const taskset = availableParallelism() > CORE ? pathProbe().find("taskset") : undefined;
  return taskset === undefined ? [] : [taskset, "-c", String(CORE)];
}
