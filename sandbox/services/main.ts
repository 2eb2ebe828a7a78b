import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import type { V1EndpointSlice, V1Endpoints, V1Pod, V1Service } from "@kubernetes/client-node";
import { Command } from "commander";

import { KubernetesClient } from "../../adapters/kubernetes/client";
import { Informer } from "../../adapters/kubernetes/informer";
import { type Collection, EVENTS, type KubernetesObject, SERVICES } from "../../adapters/kubernetes/paths";
import { log } from "../mesh/log";
import { clusterOf, portNumber } from "../mesh/options";
import { apiServerOf } from "./apiServer";
import { ENDPOINT_SLICES, ENDPOINTS, PODS } from "./objects";
import { ServiceProxy } from "./proxy";

interface Options {
  readonly kubeconfig: string;
  readonly port: number;
}

async function run({ kubeconfig, port }: Options): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
  const client = await KubernetesClient.connect(kubeconfig);
  const follow = <T>(collection: Collection): Informer<T & KubernetesObject> =>
    new Informer<T & KubernetesObject>({
      client,
      collection,
      clock: { monotonic: () => performance.now(), sleep: (ms) => sleep(ms) },
      onTrouble: (text) => log(`${collection.plural} are not followed for the moment: ${text}`),
      onChange: () => collection === SERVICES && isReady && void proxy.follow(),
    });
  const [services, pods] = [follow<V1Service>(SERVICES), follow<V1Pod>(PODS)];
  const [endpoints, slices] = [follow<V1Endpoints>(ENDPOINTS), follow<V1EndpointSlice>(ENDPOINT_SLICES)];
  const all = [services, pods, endpoints, slices];
  const { host: address, port: apiPort } = apiServerOf(clusterOf(kubeconfig).cluster);
  const proxy = new ServiceProxy({
    objects: () => ({
      services: [...services.cache.values()],
      pods: [...pods.cache.values()],
      endpoints: [...endpoints.cache.values()],
      slices: [...slices.cache.values()],
    }),
    apiServer: { address, port: apiPort },
    log,
    onRefused: (service, message) => void tell(client, service, message),
  });
  let isReady = false;
  const server = createServer((request, response) => {
    const status = request.url === "/healthz" ? (isReady ? 200 : 503) : 404;
    response.writeHead(status).end();
  }).listen(port, "127.0.0.1");
  await once(server, "listening");

  const following = Promise.all(all.map((one) => one.run(stop.signal)));
  await Promise.race([Promise.all(all.map(({ synced }) => synced)), following]);
  await proxy.follow();
  isReady = true;
  // What came meanwhile.
  await proxy.follow();
  log("the Services are served");
  await following;
  proxy.close();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}

/** An Event is a help, not a record: one that cannot be written is left out. */
async function tell(client: KubernetesClient, { metadata }: V1Service, message: string): Promise<void> {
  const { name = "", namespace = "default", uid } = metadata ?? {};
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const event = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${randomBytes(8).toString("hex")}`, namespace },
    involvedObject: { apiVersion: "v1", kind: "Service", name, namespace, uid },
    type: "Warning",
    reason: "NotServed",
    message,
    source: { component: "services" },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
  await client.create<KubernetesObject>(EVENTS, event).catch(() => undefined);
}

new Command("services")
  .description("Listens on the addresses of a cluster's Services, and relays to their pods.")
  .requiredOption("--kubeconfig <file>", "of the cluster, whose current context is used")
  .requiredOption("--port <number>", "to serve /healthz on", portNumber)
  .action(run)
  .parseAsync()
  .then(
    () => {
      log("stopped");
      // An answer of the API server may never come.
      process.exit(0);
    },
    (error: unknown) => {
      log(`cannot run: ${error instanceof Error ? error.message : String(error)}`);
      process.exit(1);
    },
  );
