import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";

import { ended } from "./ended";
import type { Load } from "./load";

/** vegeta, sending a load. */
export interface Attack {
  /** It sends nothing any more, waits for the answers that are still due, and ends. */
  stop(): void;
  /** Resolves with how it has ended, in words. */
  readonly end: Promise<string>;
}

/**
 * Two processes: one sends, the other turns what comes of it into text. They end together, and with this process.
 *
 * @param onAnswer told of each request when it is over: the status code, or 0 when there was no answer
 * @throws Error when the processes cannot be started at all
 */
export function attack(vegeta: string, load: Load, onAnswer: (code: number) => void): Attack {
  const encoder = run(vegeta, ["encode", "--to", "csv"], "pipe");
  const encoderEnd = ended(encoder);
  if (encoder.pid === undefined) return { stop: () => undefined, end: encoderEnd };
  const sender = run(vegeta, attackArguments(load), encoder.stdin as Writable);
  // Now that the sender has it, the encoder is to see an end when the sender ends.
  encoder.stdin?.destroy();
  // One that has ended already reads nothing, of which its end tells.
  sender.stdin?.on("error", () => undefined);
  sender.stdin?.end(`GET ${load.url}\n`);
  if (encoder.stdout) createInterface(encoder.stdout).on("line", (line) => onAnswer(codeOf(line)));
  // A request that cannot be counted must not be sent.
  void encoderEnd.then(() => sender.kill("SIGKILL"));
  const end = Promise.all([ended(sender), encoderEnd]).then(([how]) => how);
  return { stop: () => void sender.kill("SIGINT"), end };
}

function attackArguments({ host, requestsPerSecond }: Load): string[] {
  // A rate may have a fraction; vegeta takes whole requests a span of time, and none at all for "as fast as you can".
  const rate = `${Math.max(1, Math.round(requestsPerSecond * 1000))}/1000s`;
  const bounds = ["-duration", "0", "-timeout", "30s", "-max-body", "0", "-connections", "100"];
  return ["attack", "-rate", rate, ...bounds, "-header", `Host: ${host}`];
}

function run(vegeta: string, args: readonly string[], output: Writable | "pipe"): ChildProcess {
  return spawn("setpriv", ["--pdeathsig", "SIGKILL", vegeta, ...args], { stdio: ["pipe", output, "inherit"] });
}

/** The columns of vegeta's CSV begin with the time and the status code; 0 stands for no answer. */
function codeOf(line: string): number {
  return Number(line.split(",", 2)[1]);
}
