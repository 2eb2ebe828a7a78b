import { once } from "node:events";

import { Command, Option } from "commander";

import { log, warnOnce } from "../mesh/log";
import { servicePort, startApp } from "./app";
import { metricsPort } from "./metricsPage";
import { parseAddress, parseDrain, parsePorts } from "./options";

interface Options {
  readonly address: string;
  readonly ports: readonly number[];
  readonly podInfo: string;
  readonly drain: number;
}

async function run({ drain, ...options }: Options): Promise<void> {
  const stop = new AbortController();
  // Again and again: a second signal must not end what the first one lets end in order.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort());

  const now = (): number => performance.now();
  const app = await startApp({ ...options, now, random: Math.random, warn: warnOnce(log) });
  const ports = new Set([servicePort, ...options.ports]);
  log(`serving on ${options.address}, ports ${[...ports].join(", ")}; metrics on port ${metricsPort}`);
  if (!stop.signal.aborted) await once(stop.signal, "abort");
  log("ending: serves on for a while, and asks for connections to be closed");
  await app.stop(drain);
  log("ended");
}

new Command("app")
  .description("The sample application: one pod of any version of any service.")
  .requiredOption("--address <ip>", "the pod's IP, which this machine must have", parseAddress)
  .requiredOption("--ports <list>", `to serve at besides ${servicePort}, with commas between; may be empty`, parsePorts)
  .requiredOption("--pod-info <folder>", "with the downward API's files name, namespace, labels and annotations")
  .addOption(
    new Option("--drain <duration>", "how long to serve on after SIGTERM").argParser(parseDrain).default(1_000, "1s"),
  )
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    log(`cannot run: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
