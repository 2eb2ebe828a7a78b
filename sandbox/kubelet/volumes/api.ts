import type { V1Pod } from "@kubernetes/client-node";

import type { KubernetesApi } from "../../../adapters/kubernetes/api";
import { orUndefined } from "../../../adapters/kubernetes/errors";
import { CONFIG_MAPS, type Collection, type KubernetesObject } from "../../../adapters/kubernetes/paths";
import type { ObjectApi } from "../environment/objects";

const secrets: Collection = { apiVersion: "v1", plural: "secrets" };

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

interface HoldsData extends KubernetesObject {
  readonly data?: Record<string, string>;
  readonly binaryData?: Record<string, string>;
}

/** The answer to a TokenRequest. */
interface GrantedToken extends KubernetesObject {
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

export function volumeApi(api: Pick<KubernetesApi, "get" | "create">): VolumeApi {
  return {
    getConfigMap: (namespace, name) => orUndefined(api.get<HoldsData>(CONFIG_MAPS, namespace, name)),
    getSecret: (namespace, name) => orUndefined(api.get<HoldsData>(secrets, namespace, name)),
    async requestToken({ metadata = {}, spec }, audience, expirationSeconds) {
      const { name, namespace = "default", uid } = metadata;
      const account = spec?.serviceAccountName ?? "default";
      const collection = { apiVersion: "v1", plural: `serviceaccounts/${account}/token` };
      const boundObjectRef = { apiVersion: "v1", kind: "Pod", name, uid };
      const audiences = audience === undefined ? [] : [audience];
      const request = {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        metadata: { name: account, namespace },
        spec: { audiences, expirationSeconds, boundObjectRef },
      };
      const { status } = (await api.create<KubernetesObject>(collection, request)) as GrantedToken;
      return { token: status.token, expiresAt: new Date(status.expirationTimestamp) };
    },
  };
}
