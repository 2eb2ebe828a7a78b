/** A Kubernetes Service by name. */
export interface ServiceRef {
  readonly name: string;
  readonly namespace: string;
}

/** The Service's fully qualified name inside the cluster. */
export function fqdn({ name, namespace }: ServiceRef): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/**
 * Whether a host, as written in an Istio rule, is the Service. A short name means the rule's own namespace.
 *
 * @param ruleNamespace namespace of the VirtualService or DestinationRule that names the host
 */
export function isHostOf(host: string, service: ServiceRef, ruleNamespace: string): boolean {
  const { name, namespace } = service;
  if (host === name) return ruleNamespace === namespace;
  return [`${name}.${namespace}`, `${name}.${namespace}.svc`, fqdn(service)].includes(host);
}
