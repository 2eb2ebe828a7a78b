import type { KubeConfig } from "@kubernetes/client-node";

export interface ApiServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Where the kubeconfig's API server is. */
export function apiServerOf(config: KubeConfig): ApiServerAddress {
  const { hostname, port } = new URL(config.getCurrentCluster()?.server ?? "https://127.0.0.1");
  return { host: hostname, port: Number(port || "443") };
}
