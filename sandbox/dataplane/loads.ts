import { readGatewayHost, readRate, type OnProblem } from "../mesh/annotations";
import { fqdn } from "../mesh/hosts";
import type { Service } from "../mesh/model";
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
