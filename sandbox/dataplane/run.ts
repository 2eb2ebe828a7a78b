import { once } from "node:events";
import { join } from "node:path";

import { type KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";

import { applyManifests } from "../cluster/apply";
import { istioRegistry } from "../mesh/exposition";
import { follow, now } from "../mesh/follow";
import { pagesServer } from "../mesh/httpServer";
import { log, warnOnce } from "../mesh/log";
import { clusterOf } from "../mesh/options";
import { bootstrap, type BootstrapPorts, proxies, type ProxyName } from "./bootstrap";
import { ClientSidecar } from "./clientSidecar";
import { entriesOfEarlierRun } from "./earlierRun";
import { entrancesOf } from "./entrances";
import { runEnvoy } from "./envoy";
import { gatewayObjects } from "./istioObjects";
import { LoadGenerator } from "./load";
import type { Options } from "./options";
import { pagesOf } from "./pages";
import { Plane } from "./plane";
import { Registrar } from "./registrar";
import { serviceAddress } from "./serviceAddress";
import { TargetFile } from "./scrapeTargets";

type AdminPorts = Readonly<Record<ProxyName, number>>;

/**
 * Runs the data plane until the signal aborts.
 *
 * @throws Error when it cannot be run; processes that it has started may then still be there, and end with this one
 */
export async function runDataPlane(options: Options, signal: AbortSignal): Promise<void> {
  const { kubeconfig, port } = options;
  const { cluster } = clusterOf(kubeconfig);
  const adminPorts: AdminPorts = { client: options.clientAdminPort, gateway: options.gatewayAdminPort };
  const registrar = new Registrar(KubernetesObjectApi.makeApiClient(cluster), log, signal);
  const load = new LoadGenerator(options.vegeta, log, signal);
  const plane = planeOf(options, adminPorts, { registrar, load, sidecar: new ClientSidecar(options, log, signal) });

  const pages = pagesOf(plane, load, adminPorts);
  const server = pagesServer(istioRegistry(plane.series), pages).listen(port, "127.0.0.1");
  await once(server, "listening");
  log(`data plane on http://127.0.0.1:${port}`);

  // Before the gateway hears of Gateways: it would listen on all addresses.
  await applyManifests(kubeconfig, gatewayObjects(options.gatewayPort), signal);
  registrar.adopt(await entriesOfEarlierRun(cluster, log, signal));
  const istiod = await istiodAt(options, cluster);
  const envoys = Object.values(proxies).map(({ name }) => runProxy(name, options, adminPorts, istiod, plane, signal));
  await Promise.all([...envoys, follow(cluster, (kind) => plane.sink(kind), signal)]);
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}

type Istiod = Pick<BootstrapPorts, "istiod" | "istiodAddress">;

/** @throws Error when nobody says where istiod is, or there is no such Service */
async function istiodAt({ istiodPort, istiodService }: Options, cluster: KubeConfig): Promise<Istiod> {
  if (istiodService !== undefined) return serviceAddress(cluster, istiodService);
  if (istiodPort !== undefined) return { istiod: istiodPort };
  throw new Error("--istiod-port or --istiod-service must be given");
}

interface Consumers {
  readonly registrar: Registrar;
  readonly load: LoadGenerator;
  readonly sidecar: ClientSidecar;
}

function planeOf(options: Options, adminPorts: AdminPorts, { registrar, load, sidecar }: Consumers): Plane {
  const targets = new TargetFile(options.targets);
  return new Plane({
    entrances: entrancesOf(options),
    now,
    log,
    warn: warnOnce(log),
    onPods: (pods) => {
      registrar.follow(pods);
      targets.write({ own: options.port, envoys: Object.values(adminPorts), pods });
    },
    onLoads: (loads) => load.setLoads(loads),
    onPorts: (ports) => sidecar.listenOn(ports),
  });
}

function runProxy(
  name: ProxyName,
  { envoy, dir }: Options,
  adminPorts: AdminPorts,
  istiod: Istiod,
  plane: Plane,
  signal: AbortSignal,
): Promise<void> {
  return runEnvoy({
    name,
    envoy,
    configFile: join(dir, `${name}.json`),
    config: bootstrap(proxies[name], { admin: adminPorts[name], ...istiod }),
    onLine: (line) => plane.readLine(line),
    log,
    signal,
  });
}
