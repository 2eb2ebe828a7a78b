import { randomInt } from "node:crypto";
import { once } from "node:events";

import { Command } from "commander";

import { effective } from "./effect";
import { istioRegistry } from "./exposition";
import { follow, now } from "./follow";
import { meshServer } from "./httpServer";
import { log, warnOnce } from "./log";
import { Mesh } from "./mesh";
import { clusterOf, portNumber, wholeNumber } from "./options";

const tickMs = 25;
/** Series without requests are dropped after this time. */
const seriesIdleMs = 15 * 60_000;

interface Options {
  readonly kubeconfig: string;
  readonly port: number;
  readonly seed?: number;
}

async function run({ kubeconfig, port, seed = randomInt(2 ** 31) }: Options): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());

  const { cluster, server: apiServer } = clusterOf(kubeconfig);
  const mesh = new Mesh({ seed, now, warn: warnOnce(log) });
  const registry = istioRegistry(mesh.series);
  const server = meshServer(mesh, registry).listen(port, "127.0.0.1");
  await once(server, "listening");
  log(`simulated mesh on http://127.0.0.1:${port}, seed ${seed}, API server ${apiServer}`);

  const ticks = setInterval(() => mesh.tick(), tickMs);
  const expiry = setInterval(() => mesh.series.expire(now() - seriesIdleMs), 60_000);
  await follow(cluster, (kind) => effective(mesh, kind), stop.signal);

  clearInterval(ticks);
  clearInterval(expiry);
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  log("stopped");
}

new Command("mesh")
  .description("Simulates the traffic of an Istio mesh over the Services, Pods and routes of a cluster.")
  .requiredOption("--kubeconfig <file>", "of the cluster, whose current context is used")
  .requiredOption("--port <number>", "to serve /metrics, /requests, /routes and /healthz on", portNumber)
  .option("--seed <number>", "of all random draws (default: a random one)", wholeNumber(0, 2 ** 31 - 1))
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    log(`cannot run: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
