import { setTimeout as sleep } from "node:timers/promises";
import {
  ApiException,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  loadAllYaml,
  PatchStrategy,
  type V1CustomResourceDefinition,
} from "@kubernetes/client-node";
import { SandboxError } from "./errors";

const fieldManager = "serin-sandbox";
const patienceMs = 30_000;

/** Applies YAML texts by server-side apply and waits until the types among them can be used. */
export async function applyManifests(
  kubeconfig: string,
  manifests: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = KubernetesObjectApi.makeApiClient(config);
  const objects = manifests.flatMap((text) => loadAllYaml(text) as (KubernetesObject | undefined)[]).filter(isObject);
  // Types first: objects of a type are refused until the API server serves it.
  const definitions = objects.filter(({ kind }) => kind === "CustomResourceDefinition");
  await Promise.all(definitions.map((definition) => apply(api, definition, signal)));
  await Promise.all(definitions.map((definition) => established(api, definition, signal)));
  for (const object of objects) {
    if (!definitions.includes(object)) await apply(api, object, signal);
  }
}

function isObject(value: KubernetesObject | undefined): value is KubernetesObject {
  return value !== undefined && value !== null;
}

async function apply(api: KubernetesObjectApi, object: KubernetesObject, signal?: AbortSignal): Promise<void> {
  await persist(`apply ${describe(object)}`, signal, async () => {
    await api.patch(object, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply);
    return true;
  });
}

async function established(api: KubernetesObjectApi, object: KubernetesObject, signal?: AbortSignal): Promise<void> {
  const header = { apiVersion: object.apiVersion, kind: object.kind, metadata: { name: object.metadata?.name ?? "" } };
  await persist(`establish ${describe(object)}`, signal, async () => {
    const { status } = (await api.read(header)) as V1CustomResourceDefinition;
    return status?.conditions?.some(({ type, status }) => type === "Established" && status === "True") ?? false;
  });
}

/** Tries until it succeeds; what the API server refuses for good (a malformed object) is not tried again. */
async function persist(what: string, signal: AbortSignal | undefined, attempt: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const failure = await attempt().then(
      (done) => (done ? undefined : new Error("not yet")),
      (error: Error) => error,
    );
    if (!failure) return;
    // Right after its start the server may still lack a namespace or a type, and be too busy to answer.
    const passing =
      !(failure instanceof ApiException) || failure.code === 404 || failure.code === 429 || failure.code >= 500;
    if (!passing || Date.now() > deadline) {
      throw new SandboxError(`could not ${what}: ${failure.message}`, { cause: failure });
    }
    await sleep(100);
    signal?.throwIfAborted();
  }
}

function describe({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${[metadata?.namespace, metadata?.name].filter(Boolean).join("/")}`;
}
