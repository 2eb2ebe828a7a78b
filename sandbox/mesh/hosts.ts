import type { ObjectName } from "./model";

const domain = "svc.cluster.local";

export function fqdn(service: ObjectName): string {
  return `${service.name}.${service.namespace}.${domain}`;
}

/**
 * The Service that a host names: `reviews` (in `namespace`, that of the object which holds the host), `reviews.shop`,
 * `reviews.shop.svc` or `reviews.shop.svc.cluster.local`. Undefined for any other host.
 */
export function serviceOfHost(host: string, namespace: string): ObjectName | undefined {
  const [name, ofNamespace, ...rest] = host.split(".");
  if (!name || ofNamespace === "" || name.includes("*")) return undefined;
  if (ofNamespace === undefined) return { namespace, name };
  const suffix = rest.join(".");
  return suffix === "" || suffix === "svc" || suffix === domain ? { namespace: ofNamespace, name } : undefined;
}

/**
 * How exactly `host` names `service`: Infinity for a full name, the length of the suffix for a wildcard, undefined
 * for no match. Istio lets the more exact host win.
 */
export function hostMatch(host: string, namespace: string, service: ObjectName): number | undefined {
  if (host.startsWith("*")) {
    const suffix = host.slice(1);
    return fqdn(service).endsWith(suffix) ? suffix.length : undefined;
  }
  const named = serviceOfHost(host, namespace);
  return named?.name === service.name && named.namespace === service.namespace ? Infinity : undefined;
}
