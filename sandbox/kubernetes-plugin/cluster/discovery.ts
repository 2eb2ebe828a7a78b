import type { ApiServer } from "./http";
import { isNotFound } from "./errors";

/** How the API server serves a kind. */
export interface ResourceType {
  readonly apiVersion: string;
  readonly kind: string;
  /** As in URLs: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

interface GroupList {
  readonly groups: readonly { readonly versions: readonly { readonly groupVersion: string }[] }[];
}

/** What the API server serves, asked for once a version. What it lacks is asked for anew each time: it may come. */
export class Discovery {
  private readonly known = new Map<string, Promise<readonly ResourceType[]>>();

  constructor(private readonly server: ApiServer) {}

  /** @returns undefined where the API server does not serve the kind */
  async find(apiVersion: string, kind: string): Promise<ResourceType | undefined> {
    const ofKind = (types: readonly ResourceType[]) => types.find((type) => type.kind === kind);
    const had = this.known.has(apiVersion);
    const found = ofKind(await this.typesOf(apiVersion));
    if (found !== undefined || !had) return found;
    this.known.delete(apiVersion);
    return ofKind(await this.typesOf(apiVersion));
  }

  /** All that is served, as Helm names it: `apps/v1` and `apps/v1/Deployment`. */
  async names(): Promise<string[]> {
    const { groups } = (await this.server.request<GroupList>({ method: "GET", url: "/apis" })).body;
    const versions = ["v1", ...groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion))];
    const types = await Promise.all(versions.map((version) => this.typesOf(version)));
    return [...versions, ...types.flat().map(({ apiVersion, kind }) => `${apiVersion}/${kind}`)];
  }

  private typesOf(apiVersion: string): Promise<readonly ResourceType[]> {
    const known = this.known.get(apiVersion);
    if (known) return known;
    const asked = this.ask(apiVersion);
    this.known.set(apiVersion, asked);
    // An answer that was none, or an empty one, is not remembered.
    void asked.then(
      (types) => types.length === 0 && this.forget(apiVersion, asked),
      () => this.forget(apiVersion, asked),
    );
    return asked;
  }

  private forget(apiVersion: string, asked: Promise<unknown>): void {
    if (this.known.get(apiVersion) === asked) this.known.delete(apiVersion);
  }

  private async ask(apiVersion: string): Promise<readonly ResourceType[]> {
    const url = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    try {
      const { resources } = (await this.server.request<ResourceList>({ method: "GET", url })).body;
      return resources
        .filter(({ name }) => !name.includes("/"))
        .map(({ name, kind, namespaced }) => ({ apiVersion, kind, plural: name, namespaced }));
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }
}
