import type {
  CoreV1EndpointPort,
  DiscoveryV1EndpointPort,
  V1Pod,
  V1Service,
  V1ServicePort,
} from "@kubernetes/client-node";
import { podsOf, type ServiceObjects } from "./objects";

/** Where a connection can go. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Where connections to a port of a Service can go now, in no order. */
export function endpointsOf(service: V1Service, port: V1ServicePort, objects: ServiceObjects): Endpoint[] {
  if (Object.keys(service.spec?.selector ?? {}).length === 0) return written(service, port, objects);
  return podsOf(service, objects.pods).flatMap((pod) => {
    const number = targetPort(port, pod);
    return number === undefined ? [] : [{ address: pod.status?.podIP ?? "", port: number }];
  });
}

/** The pod's port that the Service's port stands for; undefined where the pod has none of that name. */
export function targetPort({ port, targetPort: target = port }: V1ServicePort, { spec }: V1Pod): number | undefined {
  if (typeof target === "number") return target === 0 ? port : target;
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  return containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === target)?.containerPort;
}

/** What somebody has written down for a Service that selects no pods. */
function written({ metadata }: V1Service, port: V1ServicePort, { endpoints, slices }: ServiceObjects): Endpoint[] {
  const isSame = (one: { name?: string; namespace?: string } | undefined): boolean =>
    one?.name === metadata?.name && one?.namespace === metadata?.namespace;
  const inSlices = slices.filter(
    ({ metadata: own }) =>
      own?.namespace === metadata?.namespace && own?.labels?.["kubernetes.io/service-name"] === metadata?.name,
  );
  return [
    ...inSlices.flatMap(({ endpoints: entries, ports = [] }) =>
      entries
        .filter(({ conditions }) => conditions?.ready !== false)
        .flatMap(({ addresses }) => addresses.flatMap((address) => at(address, port, ports))),
    ),
    ...endpoints
      .filter((one) => isSame(one.metadata))
      .flatMap(({ subsets = [] }) => subsets)
      .flatMap(({ addresses = [], ports = [] }) => addresses.flatMap(({ ip }) => at(ip, port, ports))),
  ];
}

function at(
  address: string,
  { name = "" }: V1ServicePort,
  ports: readonly (CoreV1EndpointPort | DiscoveryV1EndpointPort)[],
): Endpoint[] {
  const found = ports.find((one) => (one.name ?? "") === name)?.port;
  return found === undefined ? [] : [{ address, port: found }];
}
