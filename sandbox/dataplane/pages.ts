import { readiness, type Page } from "../mesh/httpServer";
import type { ProxyName } from "./bootstrap";
import type { LoadGenerator } from "./load";
import type { Plane } from "./plane";
import { unreadyProxies } from "./proxyHealth";

/** What the data plane tells about itself. */
export function pagesOf(
  plane: Plane,
  load: LoadGenerator,
  adminPorts: Readonly<Record<ProxyName, number>>,
): Readonly<Record<string, Page>> {
  return {
    "/requests": () => plane.counters.all(),
    "/routes": () => plane.routes.all(),
    "/splits": () => plane.splits.all(),
    "/sent": () => load.all(),
    "/lost": () => plane.recorder.lossesOfAll(),
    "/healthz": async () => {
      const unready = await unreadyProxies(adminPorts);
      return readiness([...plane.unsynced(), ...unready.map((name) => `Envoy ${name}`)]);
    },
  };
}
