import { readGatewayHost, readRate, type OnProblem } from "../mesh/annotations";
import { fqdn } from "../mesh/hosts";
import type { ObjectName, Service } from "../mesh/model";
import type { Entrances } from "./entrances";
import type { Load } from "./load";

/** The load that a Service asks for by its annotations, undefined if it asks for none. */
export function loadOf(service: Service, entrances: Entrances, onProblem: OnProblem): Load | undefined {
  const requestsPerSecond = readRate(service.annotations, onProblem);
  if (requestsPerSecond === undefined || service.port === undefined) return undefined;
  const { namespace, name, port } = service;
  const gatewayHost = readGatewayHost(service.annotations);
  const way =
    gatewayHost === undefined
      ? { url: entrances.client(port), host: `${fqdn(service)}:${port}` }
      : { url: entrances.gateway, host: gatewayHost };
  return { service: { namespace, name }, ...way, requestsPerSecond };
}

/** By the host, without port, under which requests come in by the gateway: the first Service that says so. */
export function servicesAtGateway(services: readonly Service[]): Map<string, ObjectName> {
  const byHost = new Map<string, ObjectName>();
  for (const { namespace, name, annotations } of services) {
    const host = readGatewayHost(annotations)?.replace(/:\d+$/, "");
    if (host !== undefined && !byHost.has(host)) byHost.set(host, { namespace, name });
  }
  return byHost;
}
