import { randomInt } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

import { KubeConfig } from "@kubernetes/client-node";
import { Command, InvalidArgumentError } from "commander";

import { collection } from "./apiServer";
import { effective } from "./effect";
import { istioRegistry } from "./exposition";
import { meshServer } from "./httpServer";
import { log, warnOnce } from "./log";
import { Mesh, type Kind } from "./mesh";
import { runWatchLoop } from "./watchLoop";

const tickMs = 25;
/** Series without requests are dropped after this time. */
const seriesIdleMs = 15 * 60_000;

const paths: Readonly<Record<Kind, string>> = {
  services: "/api/v1/services",
  pods: "/api/v1/pods",
  virtualservices: "/apis/networking.istio.io/v1/virtualservices",
  destinationrules: "/apis/networking.istio.io/v1/destinationrules",
};

interface Options {
  readonly kubeconfig: string;
  readonly port: number;
  readonly seed?: number;
}

/** Milliseconds since the epoch by the monotonic clock: a step of the wall clock is neither a stall nor a burst. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

async function run({ kubeconfig, port, seed = randomInt(2 ** 31) }: Options): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());

  const cluster = new KubeConfig();
  cluster.loadFromFile(kubeconfig);
  const apiServer = cluster.getCurrentCluster()?.server;
  if (!apiServer) throw new Error(`the current context of ${kubeconfig} names no cluster`);
  const mesh = new Mesh({ seed, now, warn: warnOnce(log) });
  const registry = istioRegistry(mesh.series);
  const server = meshServer(mesh, registry).listen(port, "127.0.0.1");
  await once(server, "listening");
  log(`simulated mesh on http://127.0.0.1:${port}, seed ${seed}, API server ${apiServer}`);

  const ticks = setInterval(() => mesh.tick(), tickMs);
  const expiry = setInterval(() => mesh.series.expire(now() - seriesIdleMs), 60_000);
  const watches = (Object.keys(paths) as Kind[]).map((kind) =>
    runWatchLoop({
      name: kind,
      source: collection(cluster, paths[kind]),
      sink: effective(mesh, kind),
      signal: stop.signal,
      sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
      now,
      random: Math.random,
      log,
    }),
  );
  await Promise.all(watches);

  clearInterval(ticks);
  clearInterval(expiry);
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  log("stopped");
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

new Command("mesh")
  .description("Simulates the traffic of an Istio mesh over the Services, Pods and routes of a cluster.")
  .requiredOption("--kubeconfig <file>", "of the cluster, whose current context is used")
  .requiredOption("--port <number>", "to serve /metrics, /requests, /routes and /healthz on", wholeNumber(1, 65_535))
  .option("--seed <number>", "of all random draws (default: a random one)", wholeNumber(0, 2 ** 31 - 1))
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    log(`cannot run: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
