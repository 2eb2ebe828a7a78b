import { chmod, chown, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import type { V1Container, V1Pod, V1Volume } from "@kubernetes/client-node";

import { linesOf, type PodFacts } from "../environment/fields";
import type { Mount } from "../runtime/runtime";
import type { VolumeApi } from "./api";
import { AtomicFolder } from "./atomicFolder";
import { VolumeError } from "./errors";
import { checkHostPath } from "./hostPath";
import { mountOf, type VolumePlace } from "./mounts";
import type { Payload } from "./payload";
import { filesOf, followsObjects, type SourceContext } from "./sources";
import { TokenKeeper } from "./tokens";

export { volumeApi, type Token, type VolumeApi } from "./api";
export { VolumeError } from "./errors";

/** How late a changed ConfigMap or Secret may show in a volume, as a kubelet's own period. */
const followMs = 60_000;

export interface VolumeOptions {
  readonly pod: V1Pod;
  /** Folder of this pod; `volumes` and `pod-info` in it belong to its volumes. */
  readonly folder: string;
  readonly api: VolumeApi;
  readonly facts: PodFacts;
  /** Where an image expects the pod's metadata as files; undefined where it does not. @default no image does */
  readonly podInfo?: (image: string) => string | undefined;
  /** Time in ms since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** The volumes of one pod. */
export interface Volumes {
  /** @param env the container's variables, for subPathExpr. @throws VolumeError */
  mounts(container: V1Container, env?: Readonly<Record<string, string>>): Mount[];
  /**
   * Brings the files up to date with the pod as it is now, and with the API server's objects. What cannot be had keeps
   * its last state. @throws VolumeError
   */
  refresh(pod: V1Pod): Promise<void>;
  /** When `refresh` is next due without a change of the pod, in ms since the epoch; undefined for never. */
  readonly nextRefreshAt: number | undefined;
  /** Removes all that is the pod's own. */
  remove(): Promise<void>;
}

/** Makes the volumes of a pod. @throws VolumeError when one of them is not supported, or cannot be had yet */
export async function prepareVolumes(options: VolumeOptions): Promise<Volumes> {
  const volumes = new PodVolumes(options);
  await volumes.prepare();
  return volumes;
}

class PodVolumes implements Volumes {
  private readonly places = new Map<string, VolumePlace>();
  private readonly folders = new Map<string, AtomicFolder>();
  private readonly tokens: TokenKeeper;
  private readonly now: () => number;
  private readonly info: AtomicFolder;
  private lookedAt = 0;

  constructor(private readonly options: VolumeOptions) {
    this.now = options.now ?? Date.now;
    this.tokens = new TokenKeeper(this.now);
    this.info = new AtomicFolder(join(options.folder, "pod-info"), undefined);
  }

  get nextRefreshAt(): number | undefined {
    const follows = (this.options.pod.spec?.volumes ?? []).some(followsObjects);
    const times = [this.tokens.dueAt, follows ? this.lookedAt + followMs : undefined].filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async prepare(): Promise<void> {
    const { pod } = this.options;
    const group = pod.spec?.securityContext?.fsGroup;
    for (const volume of pod.spec?.volumes ?? []) {
      await explained(volume.name, () => this.prepareVolume(volume, group));
    }
    await this.refresh(pod);
  }

  private async prepareVolume(volume: V1Volume, group: number | undefined): Promise<void> {
    const { name, hostPath, emptyDir, configMap, secret, downwardAPI, projected } = volume;
    const path = join(this.options.folder, "volumes", name);
    if (hostPath) {
      await checkHostPath(hostPath);
      this.places.set(name, { path: hostPath.path, readOnly: false });
    } else if (emptyDir) {
      // One in memory is an ordinary folder too: nothing here outlives the pod, and nobody counts its bytes.
      await mkdir(path, { recursive: true });
      if (group !== undefined && process.getuid?.() === 0) await chown(path, 0, group);
      await chmod(path, group === undefined ? 0o777 : 0o2777);
      this.places.set(name, { path, readOnly: false });
    } else if (configMap ?? secret ?? downwardAPI ?? projected) {
      this.folders.set(name, new AtomicFolder(path, group));
      this.places.set(name, { path, readOnly: true });
    } else {
      const kind = Object.keys(volume).find((key) => key !== "name") ?? "unnamed";
      throw new Error(`volumes of the kind ${kind} are not supported by this kubelet`);
    }
  }

  async refresh(pod: V1Pod): Promise<void> {
    const { api, facts } = this.options;
    const context: SourceContext = { pod, api, tokens: this.tokens, facts };
    const refreshed = await Promise.allSettled([
      ...(this.options.pod.spec?.volumes ?? []).map((volume) => this.refreshVolume(volume, context)),
      ...(this.hasInfo(pod) ? [this.info.write(podInfo(pod))] : []),
    ]);
    const failed = refreshed.find((one) => one.status === "rejected");
    if (failed) throw failed.reason;
    this.lookedAt = this.now();
  }

  private refreshVolume(volume: V1Volume, context: SourceContext): Promise<void> {
    return explained(volume.name, async () => {
      const files = await filesOf(volume, context);
      if (files) await this.folders.get(volume.name)?.write(files);
    });
  }

  private hasInfo({ spec }: V1Pod): boolean {
    const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
    return containers.some(({ image }) => this.options.podInfo?.(image ?? "") !== undefined);
  }

  mounts({ volumeMounts = [], image = "" }: V1Container, env: Readonly<Record<string, string>> = {}): Mount[] {
    const mounts = volumeMounts.map((mount) => mountOf(mount, this.places.get(mount.name), env));
    const target = this.options.podInfo?.(image);
    if (target === undefined || mounts.some((mount) => mount.target === target)) return mounts;
    return [...mounts, { source: this.info.path, target, readOnly: true }];
  }

  async remove(): Promise<void> {
    for (const name of ["volumes", "pod-info"]) {
      await rm(join(this.options.folder, name), { recursive: true, force: true });
    }
  }
}

function podInfo({ metadata }: V1Pod): Payload {
  const texts = {
    labels: linesOf(metadata?.labels),
    annotations: linesOf(metadata?.annotations),
    name: metadata?.name ?? "",
    namespace: metadata?.namespace ?? "",
  };
  return new Map(Object.entries(texts).map(([name, text]) => [name, { data: Buffer.from(text), mode: 0o644 }]));
}

async function explained<T>(volume: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VolumeError) throw error;
    throw new VolumeError(volume, (error as Error).message, { cause: error });
  }
}
