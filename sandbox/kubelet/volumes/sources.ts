import type {
  V1DownwardAPIVolumeFile,
  V1KeyToPath,
  V1Pod,
  V1Volume,
  V1VolumeProjection,
} from "@kubernetes/client-node";

import { fieldOf, type PodFacts } from "../environment/fields";
import { contentOf, type ObjectKind } from "../environment/objects";
import { containerNamed, resourceOf } from "../environment/resources";
import type { VolumeApi } from "./api";
import { payloadOf, safePath, type Payload, type PayloadFile } from "./payload";
import type { TokenKeeper } from "./tokens";

const defaultMode = 0o644;

export interface SourceContext {
  readonly pod: V1Pod;
  readonly api: VolumeApi;
  readonly facts: PodFacts;
  readonly tokens: TokenKeeper;
}

/** What a volume's files are to be now; undefined for a volume that is not made of such files. @throws Error */
export async function filesOf(volume: V1Volume, context: SourceContext): Promise<Payload | undefined> {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return objectFiles("ConfigMap", configMap, configMap.defaultMode, context);
  if (secret) return objectFiles("Secret", { ...secret, name: secret.secretName }, secret.defaultMode, context);
  if (downwardAPI) return downwardFiles(downwardAPI.items ?? [], downwardAPI.defaultMode, context);
  if (!projected) return undefined;
  const parts = await Promise.all(
    (projected.sources ?? []).map((source) => projectedFiles(source, projected.defaultMode, context)),
  );
  return new Map(parts.flatMap((part) => [...part]));
}

/** Whether the API server's objects behind a volume can change without a change of the pod. */
export function followsObjects({ configMap, secret, projected }: V1Volume): boolean {
  const sources = projected?.sources ?? [];
  return Boolean(configMap ?? secret) || sources.some((source) => Boolean(source.configMap ?? source.secret));
}

async function projectedFiles(
  source: V1VolumeProjection,
  mode: number | undefined,
  context: SourceContext,
): Promise<Payload> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap) return objectFiles("ConfigMap", configMap, mode, context);
  if (secret) return objectFiles("Secret", secret, mode, context);
  if (downwardAPI) return downwardFiles(downwardAPI.items ?? [], mode, context);
  if (serviceAccountToken) {
    const token = await context.tokens.current(serviceAccountToken, context);
    return new Map([[safePath(serviceAccountToken.path), tokenFile(token, mode, context.pod)]]);
  }
  const kind = Object.keys(source).join(", ") || "nothing";
  throw new Error(`projected sources of the kind ${kind} are not supported by this kubelet`);
}

interface Ref {
  readonly name?: string;
  readonly items?: V1KeyToPath[];
  readonly optional?: boolean;
}

async function objectFiles(
  kind: ObjectKind,
  { name = "", items, optional = false }: Ref,
  mode = defaultMode,
  { pod, api }: SourceContext,
): Promise<Payload> {
  const content = await contentOf(api, kind, pod.metadata?.namespace ?? "default", name);
  if (content === undefined && !optional) throw new Error(`${kind.toLowerCase()} "${name}" not found`);
  return content ? payloadOf(content, items, kind, { mode, optional }) : new Map();
}

function downwardFiles(items: readonly V1DownwardAPIVolumeFile[], mode = defaultMode, context: SourceContext): Payload {
  const { pod, facts } = context;
  return new Map(
    items.map(({ path, fieldRef, resourceFieldRef, mode: own }) => {
      const text = fieldRef
        ? fieldOf(pod, fieldRef.fieldPath, facts)
        : resourceFieldRef
          ? resourceOf(containerNamed(pod, resourceFieldRef.containerName), resourceFieldRef)
          : "";
      return [safePath(path), { data: Buffer.from(text), mode: own ?? mode }];
    }),
  );
}

/** A token is for the pod's user alone, where the pod says who that is. */
function tokenFile(token: string, mode = defaultMode, { spec }: V1Pod): PayloadFile {
  const data = Buffer.from(token);
  const users = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(
    ({ securityContext }) => securityContext?.runAsUser ?? spec?.securityContext?.runAsUser,
  );
  const user = users.every((one) => one === users[0]) ? users[0] : undefined;
  const isPrivate = user !== undefined || spec?.securityContext?.fsGroup !== undefined;
  return { data, mode: isPrivate ? 0o600 : mode, user };
}
