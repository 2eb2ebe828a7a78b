import type { Service, VirtualService } from "../mesh/model";
import { byAge, requestTo, routeBy, type MeshConfig, type Route } from "../mesh/routing";

/** The way of a plain `GET /` that comes in by the ingress gateway under `host`, with or without port, for `service`. */
export function gatewayRoute(service: Service, host: string, config: MeshConfig): Route {
  const virtualService = boundFor(host, config.virtualServices);
  if (virtualService === undefined) return { virtualService, branches: [nowhere(service)], notSimulated: [] };
  const request = { ...requestTo(service), authority: host, port: 80, gateways: gatewaysOf(virtualService) };
  return routeBy(virtualService, request, service, config);
}

/** A gateway knows the hosts of its VirtualServices only. */
function nowhere(service: Service): Route["branches"][number] {
  const failure = { code: 404, flags: "NR" } as const;
  return { key: "*", weight: 100, service, subset: undefined, pods: [], failure };
}

/** The VirtualService that a Gateway has for the host: the most exact host wins, then the oldest object. */
function boundFor(host: string, all: readonly VirtualService[]): VirtualService | undefined {
  const matching = all
    .map((virtualService) => ({ virtualService, exactness: exactness(virtualService, host) }))
    .filter(({ virtualService, exactness }) => exactness >= 0 && gatewaysOf(virtualService).length > 0);
  matching.sort((a, b) => b.exactness - a.exactness || byAge(a.virtualService, b.virtualService));
  return matching[0]?.virtualService;
}

/** Length of what the host has in common with the object's most exact host; -1 if none of them matches. */
function exactness({ hosts }: VirtualService, asked: string): number {
  const name = asked.toLowerCase().replace(/:\d+$/, "");
  const lengths = hosts.map((written) => {
    const host = written.toLowerCase();
    const matches = host.startsWith("*") ? name.endsWith(host.slice(1)) : name === host;
    return matches ? host.length : -1;
  });
  return Math.max(-1, ...lengths);
}

/** By both names that a match of the VirtualService may use for a Gateway: with its namespace and, in the same one, without. */
function gatewaysOf({ namespace, gateways }: VirtualService): string[] {
  return gateways
    .filter((name) => name !== "mesh")
    .flatMap((name) => {
      if (!name.includes("/")) return [name, `${namespace}/${name}`];
      return name.startsWith(`${namespace}/`) ? [name, name.slice(namespace.length + 1)] : [name];
    });
}
