import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectName } from "../mesh/model";

/** Requests that are to be sent all the time. */
export interface Load {
  readonly service: ObjectName;
  /** Where to: a proxy. */
  readonly url: string;
  /** Value of the Host header. */
  readonly host: string;
  readonly requestsPerSecond: number;
}

/** What the clients of a service have seen. */
export interface Sent extends ObjectName {
  requests: number;
  /** Requests without any answer. */
  unanswered: number;
}

interface Attack {
  readonly sender: ChildProcess;
  readonly encoder: ChildProcess;
}

/** Sends requests by vegeta: at a steady rate, whether or not earlier ones have been answered. */
export class LoadGenerator {
  private readonly running = new Map<string, { readonly load: string; readonly stop: () => void }>();
  private readonly sent = new Map<string, Sent>();

  constructor(
    private readonly vegeta: string,
    private readonly log: (message: string) => void,
  ) {}

  setLoads(loads: readonly Load[]): void {
    const wanted = new Map(loads.filter((load) => load.requestsPerSecond > 0).map((load) => [keyOf(load), load]));
    for (const [key, { load, stop }] of this.running) {
      const now = wanted.get(key);
      if (now && JSON.stringify(now) === load) continue;
      this.running.delete(key);
      stop();
    }
    for (const [key, load] of wanted) if (!this.running.has(key)) this.start(key, load);
  }

  all(): readonly Sent[] {
    return [...this.sent.values()];
  }

  private start(key: string, load: Load): void {
    const starting = new AbortController();
    this.running.set(key, { load: JSON.stringify(load), stop: () => starting.abort() });
    // A proxy may not listen there yet: nobody is to miss requests that could not be sent.
    void untilListening(load.url, starting.signal).then(() => {
      if (!starting.signal.aborted) this.send(key, load);
    });
  }

  private send(key: string, load: Load): void {
    const { namespace, name } = load.service;
    const sent = this.sent.get(key) ?? { namespace, name, requests: 0, unanswered: 0 };
    this.sent.set(key, sent);
    const { sender, encoder } = attack(this.vegeta, load);
    // It stops to send, and waits for the answers that are still due.
    const stop = (): void => void sender.kill("SIGINT");
    this.running.set(key, { load: JSON.stringify(load), stop });
    if (encoder.stdout) {
      createInterface(encoder.stdout).on("line", (line) => {
        sent.requests += 1;
        if (codeOf(line) === 0) sent.unanswered += 1;
      });
    }
    sender.once("error", (error) => this.log(`load on ${key} cannot be sent: ${error.message}`));
    sender.once("close", (code, signal) => {
      if (this.running.get(key)?.stop !== stop) return;
      this.log(`load on ${key} has ended (${code ?? signal}); starting it again`);
      this.running.delete(key);
      setTimeout(() => this.running.has(key) || this.start(key, load), 500).unref();
    });
  }
}

/** Two processes: one sends, the other turns what comes of it into text. They end together, and with this process. */
function attack(vegeta: string, { url, host, requestsPerSecond }: Load): Attack {
  // A rate may have a fraction; vegeta takes whole requests a span of time.
  const rate = `${Math.round(requestsPerSecond * 1000)}/1000s`;
  const bounds = ["-duration", "0", "-timeout", "30s", "-max-body", "0", "-connections", "100"];
  const run = (args: readonly string[], output: Writable | "pipe") =>
    spawn("setpriv", ["--pdeathsig", "SIGKILL", vegeta, ...args], { stdio: ["pipe", output, "inherit"] });

  const encoder = run(["encode", "--to", "csv"], "pipe");
  const sender = run(["attack", "-rate", rate, ...bounds, "-header", `Host: ${host}`], encoder.stdin as Writable);
  // Now that the sender has it, the encoder is to see an end when the sender ends.
  encoder.stdin?.destroy();
  sender.stdin?.end(`GET ${url}\n`);
  return { sender, encoder };
}

/** The columns of vegeta's CSV begin with the time and the status code; 0 stands for no answer. */
function codeOf(line: string): number {
  return Number(line.split(",", 2)[1]);
}

function keyOf({ service }: Load): string {
  return `${service.namespace}/${service.name}`;
}

/** Resolves when a connection is taken, or the signal aborts. */
async function untilListening(url: string, signal: AbortSignal): Promise<void> {
  const { hostname, port } = new URL(url);
  while (!signal.aborted) {
    const socket = connect(Number(port), hostname);
    const isTaken = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isTaken) return;
    await sleep(50, undefined, { signal }).catch(() => undefined);
  }
}
