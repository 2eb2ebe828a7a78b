import type { V1Container, V1EnvVar, V1EnvVarSource, V1Pod } from "@kubernetes/client-node";

import { expand } from "./expand";
import { fieldOf, type PodFacts } from "./fields";
import { contentOf, type Content, type ObjectApi, type ObjectKind } from "./objects";
import { containerNamed, resourceOf } from "./resources";

export { expand } from "./expand";
export type { ObjectApi } from "./objects";

export interface EnvironmentOptions {
  readonly pod: V1Pod;
  readonly container: V1Container;
  readonly api: ObjectApi;
  readonly facts: PodFacts;
  /** Variables of the cluster, such as KUBERNETES_SERVICE_HOST; the container's own come above them. @default none */
  readonly base?: Readonly<Record<string, string>>;
}

/** The variables that a pod gives a container, with references expanded. @throws Error whose message never holds a value */
export async function resolveEnvironment(options: EnvironmentOptions): Promise<Record<string, string>> {
  const { container, base = {} } = options;
  const read = reader(options);
  const env: Record<string, string> = { ...base };
  for (const source of container.envFrom ?? []) {
    const ref = source.configMapRef ?? source.secretRef;
    const kind = source.configMapRef === undefined ? "Secret" : "ConfigMap";
    const content = ref && (await read(kind, ref.name ?? "", ref.optional));
    for (const [key, value] of content ?? []) {
      const name = (source.prefix ?? "") + key;
      if (isVariableName(name)) env[name] = value.toString("utf8");
    }
  }
  for (const variable of container.env ?? []) {
    const value = await valueOf(variable, env, options, read);
    if (value !== undefined) env[variable.name] = value;
  }
  for (const [name, value] of Object.entries(env)) {
    if (value.includes("\0")) throw new Error(`the value of ${name} holds a null byte`);
  }
  return env;
}

type Read = (kind: ObjectKind, name: string, optional?: boolean) => Promise<Content | undefined>;

/** Reads each object once. */
function reader({ pod, api }: EnvironmentOptions): Read {
  const namespace = pod.metadata?.namespace ?? "default";
  const seen = new Map<string, Content | undefined>();
  return async (kind, name, optional = false) => {
    const key = `${kind}/${name}`;
    if (!seen.has(key)) seen.set(key, await contentOf(api, kind, namespace, name));
    const content = seen.get(key);
    if (content === undefined && !optional) throw new Error(`${kind.toLowerCase()} "${name}" not found`);
    return content;
  };
}

async function valueOf(
  { value, valueFrom }: V1EnvVar,
  env: Readonly<Record<string, string>>,
  options: EnvironmentOptions,
  read: Read,
): Promise<string | undefined> {
  if (valueFrom === undefined || valueFrom === null) return expand(value ?? "", env);
  const { configMapKeyRef, secretKeyRef } = valueFrom;
  const ref = configMapKeyRef ?? secretKeyRef;
  if (ref === undefined) return downward(valueFrom, options);
  const kind = configMapKeyRef === undefined ? "Secret" : "ConfigMap";
  const found = (await read(kind, ref.name ?? "", ref.optional))?.get(ref.key);
  if (found !== undefined || ref.optional) return found?.toString("utf8");
  const namespace = options.pod.metadata?.namespace ?? "default";
  throw new Error(`couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name ?? ""}`);
}

function downward({ fieldRef, resourceFieldRef }: V1EnvVarSource, options: EnvironmentOptions): string {
  const { pod, container, facts } = options;
  if (fieldRef) return fieldOf(pod, fieldRef.fieldPath, facts);
  if (resourceFieldRef) {
    const { containerName } = resourceFieldRef;
    return resourceOf(containerName ? containerNamed(pod, containerName) : container, resourceFieldRef);
  }
  throw new Error("a variable's valueFrom must be of ConfigMap, Secret, field or resource");
}

function isVariableName(name: string): boolean {
  return /^[\x20-\x3c\x3e-\x7e]+$/.test(name);
}
