import { hostnameOf, type Pod } from "../pods/pod";
import type { NamedAddress } from "./serviceNames";

/** What every container finds as /etc/nsswitch.conf: names are in files first, as in most images. */
export const nameSources = "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n";

/**
 * /etc/resolv.conf of a pod. Nobody answers at its address, which shows at once: so a name that is not in the hosts file is
 * unknown, and nothing outside of this machine is asked.
 */
export function resolverFile(podIP: string): string {
  return `nameserver ${podIP}\noptions timeout:1 attempts:1\n`;
}

/** /etc/hosts of a pod: the machine's loopback address, its own name, its aliases, and what names its cluster has. */
export function hostsFile(pod: Pod, podIP: string, clusterNames: readonly NamedAddress[]): string {
  const { subdomain, hostAliases = [] } = pod.spec ?? {};
  const host = hostnameOf(pod);
  const full = subdomain === undefined ? [] : [`${host}.${subdomain}.${pod.metadata.namespace}.svc.cluster.local`];
  return [
    "# Kept by the sandbox's kubelet",
    "127.0.0.1\tlocalhost",
    lineOf({ address: podIP, names: [...full, host] }),
    ...hostAliases.map(({ ip, hostnames = [] }) => lineOf({ address: ip, names: hostnames })),
    ...clusterNames.map(lineOf),
    "",
  ].join("\n");
}

function lineOf({ address, names }: NamedAddress): string {
  return `${address}\t${names.join(" ")}`;
}
