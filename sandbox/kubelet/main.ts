import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { KubeConfig } from "@kubernetes/client-node";
import { Command } from "commander";

import { KubernetesClient } from "../../adapters/kubernetes/client";
import { isTransient } from "../../adapters/kubernetes/errors";
import { Informer } from "../../adapters/kubernetes/informer";
import { createLog } from "../../adapters/log";
import { portNumber } from "../mesh/options";
import { apiServerOf } from "../services/apiServer";
import { keepAlive } from "./node/heartbeat";
import { serveHealth } from "./node/healthz";
import { thisMachine, type Taint } from "./node/nodeObject";
import { addressPrefix, duration, taint } from "./node/options";
import { Registration } from "./node/registration";
import { Addresses } from "./pods/addresses";
import { kubeletBackoff } from "./pods/backoff";
import { systemClock as clock } from "./pods/clock";
import { EventRecorder } from "./pods/events";
import { answeringAddress } from "./names/apiServer";
import { followNames } from "./names/follow";
import { Kubelet } from "./pods/kubelet";
import { clusterVariables, forgetOthers, machineSurroundings } from "./pods/machine";
import type { Pod } from "./pods/pod";
import { podApi, pods } from "./pods/podApi";
import { createRuntime, readImageTable } from "./runtime";
import { volumeApi } from "./volumes";

interface Options {
  readonly kubeconfig: string;
  readonly node: string;
  readonly dir: string;
  readonly images: string;
  readonly port: number;
  readonly taint: readonly Taint[];
  readonly podAddresses: string;
  readonly crashBackoff: number;
  readonly podBind?: string;
  readonly serviceNames?: boolean;
}

const log = createLog("info", "text", (text) => void process.stderr.write(text));

async function run(options: Options): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());

  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const images = readImageTable(await readFile(options.images, "utf8"));
  const podBind = options.podBind === undefined ? undefined : resolve(options.podBind);
  const runtime = await createRuntime({ images, stateDir: `${dir}/runtime`, log, podBind });
  const config = new KubeConfig();
  config.loadFromFile(options.kubeconfig);
  const client = await KubernetesClient.connect(options.kubeconfig);
  const { node: nodeName } = options;
  const machine = thisMachine(runtime.version);
  const { taint: taints } = options;
  const registration = new Registration({ api: client, name: nodeName, machine, taints, now: clock.now });

  const warn = (message: string): void => void log.warn(message);
  const real = apiServerOf(config);
  const named = options.serviceNames ? await followNames({ client, clock, log: warn, signal: stop.signal }) : undefined;
  const base = clusterVariables(named ? await answeringAddress(client, real) : real);
  const { now } = clock;
  const kubelet = new Kubelet({
    runtime,
    surroundings: machineSurroundings({ api: volumeApi(client), images, dir, nodeName, now, base, names: named }),
    knowsNames: named !== undefined,
    api: await podApi(config),
    events: new EventRecorder({ api: client, nodeName, clock, random: Math.random }),
    clock,
    random: Math.random,
    backoff: { ...kubeletBackoff, baseMs: options.crashBackoff },
    addresses: new Addresses(options.podAddresses),
    log: warn,
  });
  const informer = new Informer({
    client,
    collection: pods,
    scope: { fieldSelector: `spec.nodeName=${nodeName}` },
    clock: { monotonic: () => performance.now(), sleep: (ms) => sleep(ms) },
    onTrouble: (message) => log.warn(`the pods are not followed for the moment: ${message}`),
    onChange: (now, before) => kubelet.changed(now, before),
  });

  const server = await serveHealth(options.port, () => informer.isSynced);
  await registration.register().catch((error: unknown) => {
    // The heartbeat goes on trying.
    if (!isTransient(error)) throw error;
    log.warn(`the node is not registered yet: ${String(error)}`);
  });
  keepAlive(registration, clock, stop.signal, (error) => log.warn(`the node's heartbeat: ${String(error)}`));
  const following = informer.run(stop.signal);
  await Promise.race([informer.synced, following]);
  if (!stop.signal.aborted) {
    const known = [...informer.cache.values()] as Pod[];
    kubelet.begin(known);
    await forgetOthers(dir, known);
    log.info({ node: nodeName, runtime: runtime.version, pods: known.length }, "the kubelet is ready");
  }
  await following;

  await kubelet.shutDown();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  log.info("stopped");
}

new Command("kubelet")
  .description("Runs the pods of one node of a cluster as processes of this machine.")
  .requiredOption("--kubeconfig <file>", "of the cluster, whose current context is used")
  .requiredOption("--node <name>", "the node, which is made where it is not there")
  .requiredOption("--dir <folder>", "for volumes, logs and containers")
  .requiredOption("--images <file>", "JSON table of images and the commands that they stand for")
  .requiredOption("--port <number>", "to serve /healthz on", portNumber)
  .option("--taint <key=value:Effect>", "of a node that is made; may be repeated", taint, [])
  .option("--pod-addresses <127.N.M>", "first three parts of the pods' addresses", addressPrefix, "127.1.0")
  .option("--crash-backoff <duration>", "before the second restart of a container", duration, kubeletBackoff.baseMs)
  .option("--pod-bind <file>", "program that has containers listen on their pod's address instead of on all")
  .option("--service-names", "give pods a hosts file with the cluster's Services")
  .action(run)
  .parseAsync()
  .then(
    // Whatever still waits for something, such as an answer of the API server, is of no use any more.
    () => process.exit(0),
    (error: unknown) => {
      log.fatal(`cannot run: ${error instanceof Error ? error.message : String(error)}`);
      process.exit(1);
    },
  );
