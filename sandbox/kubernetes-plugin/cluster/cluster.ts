import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import type { KubernetesManifest, LiveObject } from "./object";
import { Discovery, type ResourceType } from "./discovery";
import { isNotFound, isWriteConflict, NoMatchError } from "./errors";
import { ApiServer, type Answer } from "./http";

/** How long a type that is not served yet is waited for: its CRD may have been applied a moment ago. */
const TYPE_PATIENCE_MS = 8000;
const WRITE_TRIES = 5;

/** Which object: a type, where it is and what it is called. */
export interface ObjectKey {
  readonly type: ResourceType;
  /** Undefined for types without namespaces. */
  readonly namespace: string | undefined;
  readonly name: string;
}

export interface ApplyOptions {
  readonly fieldManager: string;
  /** Takes fields over from their managers. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

export type PropagationPolicy = "Foreground" | "Background" | "Orphan";

/** The cluster that a provider works on. */
export class Cluster {
  readonly discovery: Discovery;

  private constructor(
    private readonly server: ApiServer,
    /** Where objects go that name no namespace. */
    readonly namespace: string,
  ) {
    this.discovery = new Discovery(server);
  }

  /** @param namespace default: the context's, else `default` */
  static async connect(config: KubeConfig, namespace?: string): Promise<Cluster> {
    const ofContext = config.getContextObject(config.getCurrentContext())?.namespace;
    return new Cluster(await ApiServer.connect(config), namespace || ofContext || "default");
  }

  /** The type of a manifest; waits a little for one that is not served yet. @throws NoMatchError */
  async typeOf(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ResourceType> {
    const deadline = performance.now() + TYPE_PATIENCE_MS;
    for (;;) {
      const type = await this.discovery.find(apiVersion, kind);
      if (type) return type;
      if (performance.now() > deadline) throw new NoMatchError(apiVersion, kind);
      await sleep(250, undefined, { signal });
    }
  }

  keyOf(type: ResourceType, namespace: string | undefined, name: string): ObjectKey {
    return { type, namespace: type.namespaced ? namespace || this.namespace : undefined, name };
  }

  async version(): Promise<string> {
    const { body } = await this.server.request<{ readonly gitVersion: string }>({ method: "GET", url: "/version" });
    return body.gitVersion;
  }

  /** @returns undefined where the object does not exist */
  async get(key: ObjectKey, signal?: AbortSignal): Promise<LiveObject | undefined> {
    try {
      return (await this.server.request<LiveObject>({ method: "GET", url: pathOf(key), signal })).body;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async list(type: ResourceType, namespace: string | undefined, params: object): Promise<LiveObject[]> {
    const url = pathOf({ type, namespace, name: "" });
    const { body } = await this.server.request<{ readonly items: LiveObject[] }>({ method: "GET", url, params });
    return body.items;
  }

  /** Server-side apply with strict validation. */
  async apply(key: ObjectKey, object: KubernetesManifest, options: ApplyOptions): Promise<Answer<LiveObject>> {
    const { fieldManager, force, dryRun, signal } = options;
    const metadata = { ...object.metadata, name: key.name, ...(key.namespace ? { namespace: key.namespace } : {}) };
    const request = () =>
      this.server.request<LiveObject>({
        method: "PATCH",
        url: pathOf(key),
        params: {
          fieldManager,
          fieldValidation: "Strict",
          ...(force ? { force: true } : {}),
          ...(dryRun ? { dryRun: "All" } : {}),
        },
        headers: { "Content-Type": "application/apply-patch+yaml" },
        data: JSON.stringify({ ...object, metadata }),
        signal,
      });
    for (let tries = 1; ; tries++) {
      try {
        return await request();
      } catch (error) {
        if (tries >= WRITE_TRIES || !isWriteConflict(error)) throw error;
        await sleep(Math.random() * 100 * 2 ** tries, undefined, { signal });
      }
    }
  }

  /** @returns whether there was something to delete */
  async delete(key: ObjectKey, propagationPolicy: PropagationPolicy): Promise<boolean> {
    try {
      const data = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
      await this.server.request({ method: "DELETE", url: pathOf(key), data });
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }
}

function pathOf({ type, namespace, name }: ObjectKey): string {
  const root = type.apiVersion.includes("/") ? `/apis/${type.apiVersion}` : `/api/${type.apiVersion}`;
  const parts = [...(namespace ? ["namespaces", namespace] : []), type.plural, ...(name ? [name] : [])];
  return `${root}/${parts.map(encodeURIComponent).join("/")}`;
}
