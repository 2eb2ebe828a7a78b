import { once } from "node:events";
import { connect } from "node:net";
import type { V1Service } from "@kubernetes/client-node";
import type { KubernetesApi } from "../../../adapters/kubernetes/api";
import { type KubernetesObject, SERVICES } from "../../../adapters/kubernetes/paths";
import type { ApiServerAddress } from "../../services/apiServer";
import { clusterIPOf } from "../../services/objects";

const patienceMs = 2000;

/** Where pods are to look for the API server: at its Service, if that answers, else where it is. */
export async function answeringAddress(
  api: Pick<KubernetesApi, "get">,
  real: ApiServerAddress,
): Promise<ApiServerAddress> {
  const service = await api.get<V1Service & KubernetesObject>(SERVICES, "default", "kubernetes").catch(() => undefined);
  const host = service && clusterIPOf(service);
  const port = service?.spec?.ports?.[0]?.port;
  if (host === undefined || port === undefined || !(await answers(host, port))) return real;
  return { host, port };
}

async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(patienceMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
