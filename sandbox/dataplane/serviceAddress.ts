import { ApiException, CoreV1Api, type KubeConfig } from "@kubernetes/client-node";

import type { BootstrapPorts } from "./bootstrap";

/**
 * Where a Service listens.
 *
 * @param text `namespace/name:port`, with the port's name
 * @throws Error when there is no such Service or port
 */
export async function serviceAddress(
  cluster: KubeConfig,
  text: string,
): Promise<Required<Pick<BootstrapPorts, "istiod" | "istiodAddress">>> {
  const [, namespace, name, port] = /^([^/:]+)\/([^/:]+):([^/:]+)$/.exec(text) ?? [];
  if (namespace === undefined || name === undefined) {
    throw new Error(`the Service must be namespace/name:port, not ${text}`);
  }
  const { spec } = await cluster
    .makeApiClient(CoreV1Api)
    .readNamespacedService({ namespace, name })
    .catch((error: unknown) => {
      if (error instanceof ApiException && error.code === 404)
        throw new Error(`there is no Service ${namespace}/${name}`);
      throw error;
    });
  const found = spec?.ports?.find((one) => one.name === port)?.port;
  const address = spec?.clusterIP;
  if (found === undefined || address === undefined || address === "None") {
    throw new Error(`the Service ${namespace}/${name} has no address with a port ${port}`);
  }
  return { istiod: found, istiodAddress: address };
}
