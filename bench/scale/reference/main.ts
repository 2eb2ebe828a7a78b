/**
 * A controller of a page: one loop of Serin's own driver for each Experiment, without informers, leader election or shared
 * queries. It tries the bench out, and shows what these are good for. It takes the arguments of `serin controller`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import fastify from "fastify";
import { KubernetesClient } from "../../../adapters/kubernetes/client";
import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { EXPERIMENTS } from "../../../adapters/kubernetes/paths";
import { drive } from "../../../driver/drive";
import { connectDriver } from "../../../provider/connect";

interface Flags {
  readonly kubeconfig: string;
  readonly listen: string;
}

const LOOK_EVERY_MS = 500;
/** Short, so that one who takes over from a killed one need not wait long. */
const LEASE_DURATION = "2s";

async function control({ kubeconfig, listen }: Flags): Promise<void> {
  const client = await KubernetesClient.connect(kubeconfig);
  const server = fastify();
  server.get("/readyz", (_, reply) => reply.send("ok"));
  const [host, port] = listen.split(":");
  await server.listen({ host, port: Number(port) });
  const driven = new Set<string | undefined>();
  for (;;) {
    for (const experiment of await client.list<ExperimentResource>(EXPERIMENTS)) {
      if (driven.has(experiment.metadata.uid)) continue;
      driven.add(experiment.metadata.uid);
      if (experiment.status?.serin?.stage === "ended") continue;
      const { world, lease } = connectDriver(client, experiment, LEASE_DURATION);
      const silent = { onTick: () => undefined, onNotice: () => undefined };
      drive({ ...world, driver: "controller" }, lease, experiment.metadata, silent).catch((error: unknown) => {
        process.stderr.write(`${experiment.metadata.name}: ${String(error)}\n`);
      });
    }
    await sleep(LOOK_EVERY_MS);
  }
}

new Command("controller")
  .requiredOption("--kubeconfig <file>")
  .requiredOption("--listen <address>")
  .option("--prometheus-url <url>")
  .option("--lease-namespace <name>")
  .argument("[word]", "controller")
  .action((_: string | undefined, flags: Flags) => control(flags))
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  });
