import { once } from "node:events";
import { join } from "node:path";

import { CustomObjectsApi, type KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import axios from "axios";
import { Command } from "commander";

import { applyManifests } from "../cluster/apply";
import { istioRegistry } from "../mesh/exposition";
import { follow, now } from "../mesh/follow";
import { pagesServer, readiness } from "../mesh/httpServer";
import { log, warnOnce } from "../mesh/log";
import { clusterOf, portNumber } from "../mesh/options";
import { bootstrap, proxies, type ProxyName } from "./bootstrap";
import { runEnvoy } from "./envoy";
import { clientEntrance } from "./entrances";
import { gatewayObjects } from "./istioObjects";
import { LoadGenerator } from "./load";
import { ClientSidecar } from "./clientSidecar";
import { Plane } from "./plane";
import { Registrar } from "./registrar";
import { TargetFile } from "./scrapeTargets";
import { entryLabel, type WorkloadEntry } from "./workloadEntries";

interface Options {
  readonly kubeconfig: string;
  readonly port: number;
  readonly istiodPort: number;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly clientAdminPort: number;
  readonly gatewayPort: number;
  readonly gatewayAdminPort: number;
  readonly envoy: string;
  readonly vegeta: string;
  readonly dir: string;
  readonly targets: string;
}

async function run(options: Options): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
  const { cluster } = clusterOf(options.kubeconfig);
  const adminPorts: Readonly<Record<ProxyName, number>> = {
    client: options.clientAdminPort,
    gateway: options.gatewayAdminPort,
  };

  const targets = new TargetFile(options.targets);
  const api = KubernetesObjectApi.makeApiClient(cluster);
  const registrar = new Registrar(api, log, stop.signal);
  const sidecar = new ClientSidecar(options, log, stop.signal);
  const load = new LoadGenerator(options.vegeta, log);
  const plane = new Plane({
    entrances: {
      client: (port) => clientEntrance(options.clientAddress, options.clientPort, port),
      gateway: `http://127.0.0.1:${options.gatewayPort}`,
    },
    now,
    warn: warnOnce(log),
    onPods: (pods) => {
      registrar.follow(pods);
      targets.write({ own: options.port, envoys: Object.values(adminPorts), pods });
    },
    onLoads: (loads) => load.setLoads(loads),
    onPorts: (ports) => sidecar.listenOn(ports),
  });
  let connected: readonly ProxyName[] = [];
  const disconnected = () => (Object.keys(proxies) as ProxyName[]).filter((name) => !connected.includes(name));
  const server = pagesServer(istioRegistry(plane.series), {
    "/requests": () => plane.counters.all(),
    "/routes": () => plane.routes.all(),
    "/splits": () => plane.splits.all((service) => plane.counters.requestsByWorkload(service)),
    "/sent": () => load.all(),
    "/lost": () => plane.recorder.lossesOfAll(),
    "/healthz": async () => {
      connected = await Promise.all(disconnected().map((name) => hasConfiguration(name, adminPorts[name]))).then(
        (found) => [...connected, ...found.flat()],
      );
      return readiness([...plane.unsynced(), ...disconnected().map((name) => `Envoy ${name}`)]);
    },
  }).listen(options.port, "127.0.0.1");
  await once(server, "listening");
  log(`data plane on http://127.0.0.1:${options.port}`);

  await applyManifests(options.kubeconfig, gatewayObjects(options.gatewayPort), stop.signal);
  registrar.adopt(await entriesOfEarlierRun(cluster));
  const envoys = Object.values(proxies).map((proxy) =>
    runEnvoy({
      name: proxy.name,
      envoy: options.envoy,
      configFile: join(options.dir, `${proxy.name}.json`),
      config: bootstrap(proxy, { admin: adminPorts[proxy.name], istiod: options.istiodPort }),
      onLine: (line) => plane.readLine(line),
      log,
      signal: stop.signal,
    }),
  );
  await follow(cluster, (kind) => plane.sink(kind), stop.signal);

  load.setLoads([]);
  await Promise.all(envoys);
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  log("stopped");
  // vegeta may still wait for answers that will not come.
  process.exit(0);
}

/** Whether an Envoy has what istiod has to tell it. The gateway listens nowhere before there is a Gateway. */
async function hasConfiguration(name: ProxyName, adminPort: number): Promise<ProxyName[]> {
  const ask = (path: string) =>
    axios.get<string>(`http://127.0.0.1:${adminPort}${path}`, { timeout: 1_000, proxy: false, responseType: "text" });
  try {
    const [, listeners] = await Promise.all([ask("/ready"), ask("/listeners")]);
    return name === "gateway" || listeners.data !== "" ? [name] : [];
  } catch {
    return [];
  }
}

async function entriesOfEarlierRun(cluster: KubeConfig): Promise<WorkloadEntry[]> {
  const list = await cluster.makeApiClient(CustomObjectsApi).listCustomObjectForAllNamespaces({
    group: "networking.istio.io",
    version: "v1",
    plural: "workloadentries",
    labelSelector: `${entryLabel}=sandbox`,
  });
  return (list as { readonly items: WorkloadEntry[] }).items;
}

new Command("dataplane")
  .description("Sends real requests through Envoys that istiod drives, and counts what becomes of them.")
  .requiredOption("--kubeconfig <file>", "of the cluster, whose current context is used")
  .requiredOption(
    "--port <number>",
    "to serve /metrics, /requests, /routes, /splits, /sent, /lost and /healthz on",
    portNumber,
  )
  .requiredOption("--istiod-port <number>", "of istiod's discovery service, without TLS", portNumber)
  .requiredOption("--client-address <IP>", "where requests from inside the mesh go in, on the port of each Service")
  .requiredOption("--client-port <number>", "which stands there for port 80", portNumber)
  .requiredOption("--client-admin-port <number>", "of its Envoy", portNumber)
  .requiredOption("--gateway-port <number>", "behind port 80 of the gateway", portNumber)
  .requiredOption("--gateway-admin-port <number>", "of its Envoy", portNumber)
  .requiredOption("--envoy <file>", "the program")
  .requiredOption("--vegeta <file>", "the program that sends the load")
  .requiredOption("--dir <folder>", "for the Envoys' configurations")
  .requiredOption("--targets <file>", "where to tell Prometheus what to scrape")
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    log(`cannot run: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
