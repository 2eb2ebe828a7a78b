import type { V1Pod } from "@kubernetes/client-node";

/** What a kubelet knows of a pod before the API server's object has it. */
export interface PodFacts {
  readonly podIP: string;
  readonly hostIP: string;
  readonly nodeName: string;
}

/**
 * A field of a pod that the downward API offers, such as `metadata.labels['app']`; empty where the pod has no value.
 * @throws Error for any other
 */
export function fieldOf(pod: V1Pod, path: string, { podIP, hostIP, nodeName }: PodFacts): string {
  const { metadata, spec } = pod;
  const [, map, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (key !== undefined) return (map === "labels" ? metadata?.labels : metadata?.annotations)?.[key] ?? "";
  switch (path) {
    case "metadata.name":
      return metadata?.name ?? "";
    case "metadata.namespace":
      return metadata?.namespace ?? "";
    case "metadata.uid":
      return metadata?.uid ?? "";
    case "metadata.labels":
      return linesOf(metadata?.labels);
    case "metadata.annotations":
      return linesOf(metadata?.annotations);
    case "spec.nodeName":
      return nodeName;
    case "spec.serviceAccountName":
      return spec?.serviceAccountName ?? "";
    case "status.podIP":
    case "status.podIPs":
      return podIP;
    case "status.hostIP":
    case "status.hostIPs":
      return hostIP;
    default:
      throw new Error(`unsupported fieldPath: ${path}`);
  }
}

/** Labels or annotations as a file shows them: a line each, sorted, the values in quotes. */
export function linesOf(map: Readonly<Record<string, string>> = {}): string {
  const keys = Object.keys(map).sort();
  return keys.map((key) => `${key}=${JSON.stringify(map[key])}`).join("\n");
}
