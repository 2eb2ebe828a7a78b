import type { KubeConfig } from "@kubernetes/client-node";
import axios, { isAxiosError, type AxiosRequestConfig } from "axios";
import { connectionOf } from "../../../adapters/kubernetes/connection";
import { KubernetesError } from "../../../adapters/kubernetes/errors";
import { objectPath, type Collection } from "../../../adapters/kubernetes/paths";
import type { PodRef } from "./pod";

export const pods: Collection = { apiVersion: "v1", plural: "pods" };

/** What the kubelet writes to pods. Nothing is tried again here. */
export interface PodApi {
  /** Strategic merge patch of the status. @throws KubernetesError: 404 or 409 where that very pod is gone */
  patchStatus(pod: PodRef, status: object): Promise<void>;
  /** Ends a pod that has been told to end: nothing of it runs any more. @throws KubernetesError, as above */
  remove(pod: PodRef): Promise<void>;
}

const timeoutMs = 10_000;

/** The kubelet's writes, over one kept-alive connection to the API server of the kubeconfig. */
export async function podApi(config: KubeConfig): Promise<PodApi> {
  const connection = await connectionOf(config);
  const http = axios.create({
    baseURL: config.getCurrentCluster()?.server,
    httpAgent: connection.agent,
    httpsAgent: connection.agent,
    proxy: false,
    maxRedirects: 0,
    timeout: timeoutMs,
  });
  const send = async (request: AxiosRequestConfig): Promise<void> => {
    try {
      await http.request({ ...request, headers: { ...request.headers, ...(await connection.headers()) } });
    } catch (error) {
      throw explained(error);
    }
  };
  return {
    patchStatus: ({ namespace, name, uid }, status) =>
      send({
        method: "PATCH",
        url: `${objectPath(pods, namespace, name)}/status`,
        // The uid makes it a conflict where another pod has the name by now.
        data: { metadata: { uid }, status },
        headers: { "Content-Type": "application/strategic-merge-patch+json" },
      }),
    remove: ({ namespace, name, uid }) =>
      send({
        method: "DELETE",
        url: objectPath(pods, namespace, name),
        data: { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0, preconditions: { uid } },
      }),
  };
}

/** The error of axios holds the request with its token: only its words travel on. */
function explained(error: unknown): unknown {
  if (!isAxiosError<{ message?: string }>(error)) return error;
  const said = error.response?.data?.message ?? (error.message || error.code || "no answer");
  return new KubernetesError(error.response?.status ?? 0, said);
}
