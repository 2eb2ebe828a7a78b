import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { clusterIPOf, isHeadless, podsOf } from "../../services/objects";

/** A line of a hosts file. */
export interface NamedAddress {
  readonly address: string;
  readonly names: readonly string[];
}

/** Behind the names of Services, as in any cluster. */
const clusterDomain = "cluster.local";

/**
 * What a cluster's name server knows, as far as Services go, in the order of their names. What ExternalName stands for is
 * not in it.
 * @param namespace whose pods ask: they may leave it out
 */
export function serviceNames(
  services: readonly V1Service[],
  pods: readonly V1Pod[],
  namespace: string,
): NamedAddress[] {
  return [...services]
    .sort((one, other) => compare(keyOf(one), keyOf(other)))
    .flatMap((service) => addressesOf(service, pods, namespace));
}

function addressesOf(service: V1Service, pods: readonly V1Pod[], namespace: string): NamedAddress[] {
  const { name = "", namespace: home = "" } = service.metadata ?? {};
  const named = (first: string): string[] => formsOf(first, home, namespace);
  const clusterIP = clusterIPOf(service);
  if (clusterIP !== undefined) return [{ address: clusterIP, names: named(name) }];
  if (!isHeadless(service)) return [];
  const found = podsOf(service, pods).sort((one, other) =>
    compare(one.metadata?.name ?? "", other.metadata?.name ?? ""),
  );
  return found.flatMap(({ spec, status }) => {
    const address = status?.podIP ?? "";
    const ownName = spec?.hostname !== undefined && spec.subdomain === name ? named(`${spec.hostname}.${name}`) : [];
    return [{ address, names: [...ownName, ...named(name)] }];
  });
}

/** All that a name is called by, the fullest first. */
function formsOf(name: string, home: string, namespace: string): string[] {
  const full = `${name}.${home}`;
  return [`${full}.svc.${clusterDomain}`, `${full}.svc`, full, ...(home === namespace ? [name] : [])];
}

function keyOf({ metadata }: V1Service): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
