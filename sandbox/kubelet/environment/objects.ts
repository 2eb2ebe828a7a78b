import type { V1ConfigMap, V1Secret } from "@kubernetes/client-node";

/** The API server's ConfigMaps and Secrets. Undefined: there is none of that name. */
export interface ObjectApi {
  getConfigMap(namespace: string, name: string): Promise<V1ConfigMap | undefined>;
  getSecret(namespace: string, name: string): Promise<V1Secret | undefined>;
}

/** Content by key. */
export type Content = ReadonlyMap<string, Buffer>;

export function contentOfConfigMap({ data = {}, binaryData = {} }: V1ConfigMap): Content {
  return new Map([
    ...Object.entries(data).map(([key, value]) => [key, Buffer.from(value)] as const),
    ...Object.entries(binaryData).map(([key, value]) => [key, Buffer.from(value, "base64")] as const),
  ]);
}

export function contentOfSecret({ data = {} }: V1Secret): Content {
  return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64")]));
}
