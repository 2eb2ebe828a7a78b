import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import axios, { isAxiosError, type AxiosRequestConfig } from "axios";

import { connectionOf } from "../../../adapters/kubernetes/connection";
import { KubernetesError, orUndefined } from "../../../adapters/kubernetes/errors";
import { CONFIG_MAPS, objectPath, type Collection } from "../../../adapters/kubernetes/paths";
import type { ObjectApi } from "../environment/objects";

const requestMs = 10_000;
const secrets: Collection = { apiVersion: "v1", plural: "secrets" };
const serviceAccounts: Collection = { apiVersion: "v1", plural: "serviceaccounts" };

export interface Token {
  readonly token: string;
  readonly expiresAt: Date;
}

/** What volumes take from the API server. */
export interface VolumeApi extends ObjectApi {
  /**
   * A token of the pod's service account that is valid as long as the pod is there.
   * @param audience undefined for the API server's own
   */
  requestToken(pod: V1Pod, audience: string | undefined, expirationSeconds: number): Promise<Token>;
}

/** The kubelet's reads, over one kept-alive connection. A request that fails is not repeated here. */
export async function volumeApi(config: KubeConfig): Promise<VolumeApi> {
  const connection = await connectionOf(config);
  const http = axios.create({
    baseURL: config.getCurrentCluster()?.server,
    ...{ httpAgent: connection.agent, httpsAgent: connection.agent },
    ...{ proxy: false, maxRedirects: 0, timeout: requestMs },
  });
  const send = async <T>(request: AxiosRequestConfig): Promise<T> => {
    try {
      return (await http.request<T>({ ...request, headers: await connection.headers() })).data;
    } catch (error) {
      throw explained(error);
    }
  };
  const get = <T>(collection: Collection, namespace: string, name: string): Promise<T | undefined> =>
    orUndefined(send<T>({ method: "GET", url: objectPath(collection, namespace, name) }));
  return {
    getConfigMap: (namespace, name) => get(CONFIG_MAPS, namespace, name),
    getSecret: (namespace, name) => get(secrets, namespace, name),
    async requestToken({ metadata = {}, spec }, audience, expirationSeconds) {
      const { name, namespace = "default", uid } = metadata;
      const url = `${objectPath(serviceAccounts, namespace, spec?.serviceAccountName ?? "default")}/token`;
      const boundObjectRef = { apiVersion: "v1", kind: "Pod", name, uid };
      const asked = { audiences: audience === undefined ? [] : [audience], expirationSeconds, boundObjectRef };
      const data = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: asked };
      const answer = await send<{ status: { token: string; expirationTimestamp: string } }>({
        method: "POST",
        url,
        data,
      });
      return { token: answer.status.token, expiresAt: new Date(answer.status.expirationTimestamp) };
    },
  };
}

/** The error of axios holds the request with its credentials: only its words travel on. */
function explained(error: unknown): unknown {
  if (!isAxiosError<{ message?: string }>(error)) return error;
  const said = error.response?.data?.message ?? (error.message || error.code || "no answer");
  return new KubernetesError(error.response?.status ?? 0, said);
}
