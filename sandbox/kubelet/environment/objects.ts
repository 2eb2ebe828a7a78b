import type { V1ConfigMap, V1Secret } from "@kubernetes/client-node";

/** The API server's ConfigMaps and Secrets. Undefined: there is none of that name. */
export interface ObjectApi {
  getConfigMap(namespace: string, name: string): Promise<Pick<V1ConfigMap, "data" | "binaryData"> | undefined>;
  getSecret(namespace: string, name: string): Promise<Pick<V1Secret, "data"> | undefined>;
}

export type ObjectKind = "ConfigMap" | "Secret";

/** Content by key. */
export type Content = ReadonlyMap<string, Buffer>;

/** Undefined: there is no such object. */
export async function contentOf(
  api: ObjectApi,
  kind: ObjectKind,
  namespace: string,
  name: string,
): Promise<Content | undefined> {
  if (kind === "Secret") {
    const secret = await api.getSecret(namespace, name);
    return secret && new Map(decoded(secret.data));
  }
  const map = await api.getConfigMap(namespace, name);
  const texts = Object.entries(map?.data ?? {}).map(([key, text]) => [key, Buffer.from(text)] as const);
  return map && new Map([...texts, ...decoded(map.binaryData)]);
}

function decoded(data: Readonly<Record<string, string>> = {}): (readonly [string, Buffer])[] {
  return Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64")]);
}
