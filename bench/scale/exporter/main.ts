/** The process that makes the metrics and watches: nothing else that the bench does delays it. */
import { KubeConfig } from "@kubernetes/client-node";
import { Command } from "commander";
import fastify from "fastify";
import {
  DESTINATION_RULES,
  VIRTUAL_SERVICES,
  type DestinationRule,
  type VirtualService,
} from "../../../adapters/istio/rules";
import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { EXPERIMENTS } from "../../../adapters/kubernetes/paths";
import type { Release } from "../load/releases";
import { Exposition } from "./exposition";
import { Recorder } from "./observations";
import { Routes } from "./routes";
import { Traffic } from "./traffic";
import { follow } from "./watch";

const WATCHES = 3;
const LARGEST_ROUND_BYTES = 64 * 1024 * 1024;

async function run({ kubeconfig, port }: { kubeconfig: string; port: string }): Promise<void> {
  const stop = new AbortController();
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const traffic = new Traffic();
  const recorder = new Recorder();
  const exposition = new Exposition();
  const routes = new Routes((key, shares) => {
    const now = Date.now();
    traffic.route(key, shares, now);
    recorder.route(key, shares, now);
  });
  let open = 0;
  const onOpen = (): void => void (open += 1);
  const watches = [
    follow(config, VIRTUAL_SERVICES, (rule: VirtualService) => routes.virtualService(rule), onOpen, stop.signal),
    follow(config, DESTINATION_RULES, (rule: DestinationRule) => routes.destinationRule(rule), onOpen, stop.signal),
    follow(config, EXPERIMENTS, (e: ExperimentResource) => recorder.experiment(e, Date.now()), onOpen, stop.signal),
  ];

  const server = fastify({ bodyLimit: LARGEST_ROUND_BYTES });
  server.get("/healthz", (_, reply) => reply.code(open < WATCHES ? 503 : 200).send({ open }));
  server.get("/metrics", (_, reply) =>
    reply.type("text/plain; version=0.0.4").send(exposition.render(traffic.counters(Date.now()))),
  );
  server.post<{ Body: Release[] }>("/round", ({ body }, reply) => {
    traffic.begin(body, Date.now());
    recorder.begin(body);
    return reply.code(204).send();
  });
  server.get("/progress", (_, reply) => reply.send(recorder.progress()));
  server.get("/observations", (_, reply) => reply.send(recorder.observations(traffic.turnedBad())));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
  stop.signal.addEventListener("abort", () => void server.close());
  await server.listen({ host: "127.0.0.1", port: Number(port) });
  await Promise.all(watches);
}

new Command("exporter")
  .description("Serves Istio's metrics of the bench's Services, and writes down what their releases do.")
  .requiredOption("--kubeconfig <file>", "of the bench's cluster")
  .requiredOption("--port <number>", "to serve /metrics on, and what was seen")
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
