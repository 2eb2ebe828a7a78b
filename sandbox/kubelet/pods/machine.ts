import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { resolveEnvironment } from "../environment";
import type { PodFacts } from "../environment/fields";
import type { ImageTable } from "../runtime";
import type { ApiServerAddress } from "../../services/apiServer";
import type { NameFiles } from "../names/nameFiles";
import { prepareVolumes, type VolumeApi } from "../volumes";
import { hostAddress } from "./addresses";
import { refOf, type Pod } from "./pod";
import type { Surroundings } from "./surroundings";

export interface MachineOptions {
  readonly api: VolumeApi;
  readonly images: ImageTable;
  /** The kubelet's folder. */
  readonly dir: string;
  readonly nodeName: string;
  /** Variables that all containers have. */
  readonly base: Readonly<Record<string, string>>;
  /** Undefined: pods look names up as the machine does. */
  readonly names?: NameFiles;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Where programs in a cluster look for the API server. */
export function clusterVariables({ host, port }: ApiServerAddress): Record<string, string> {
  return {
    KUBERNETES_SERVICE_HOST: host,
    KUBERNETES_SERVICE_PORT: String(port),
    KUBERNETES_SERVICE_PORT_HTTPS: String(port),
  };
}

/** What pods get from this machine and from the API server's objects. */
export function machineSurroundings(options: MachineOptions): Surroundings {
  const { api, images, dir, nodeName, base, names, now } = options;
  const factsOf = (podIP: string): PodFacts => ({ podIP, hostIP: hostAddress, nodeName });
  const podInfo = (image: string): string | undefined => images.find(image)?.podInfo;
  return {
    prepareVolumes: (pod, podIP) =>
      prepareVolumes({ pod, folder: podFolder(dir, pod), api, facts: factsOf(podIP), podInfo, now }),
    nameMounts: (pod, podIP) => names?.mounts(pod, podIP, join(podFolder(dir, pod), "names")) ?? [],
    environment: (pod, container, podIP) => resolveEnvironment({ pod, container, api, facts: factsOf(podIP), base }),
    logFile: async (pod, container) => {
      const folder = logsFolder(dir, pod);
      await mkdir(folder, { recursive: true });
      return join(folder, `${container.name}.log`);
    },
    forget: async (pod) => {
      names?.forget(pod);
      await rm(podFolder(dir, pod), { recursive: true, force: true });
      await rm(logsFolder(dir, pod), { recursive: true, force: true });
    },
  };
}

/** Removes what an earlier kubelet kept of pods that are no more. */
export async function forgetOthers(dir: string, pods: readonly Pod[]): Promise<void> {
  for (const [folder, nameOf] of [
    ["pods", (pod: Pod) => refOf(pod).uid],
    ["logs", logsName],
  ] as const) {
    const kept = new Set(pods.map(nameOf));
    const names = await readdir(join(dir, folder)).catch(() => []);
    const others = names.filter((name) => !kept.has(name));
    await Promise.all(others.map((name) => rm(join(dir, folder, name), { recursive: true, force: true })));
  }
}

function podFolder(dir: string, pod: Pod): string {
  return join(dir, "pods", refOf(pod).uid);
}

function logsFolder(dir: string, pod: Pod): string {
  return join(dir, "logs", logsName(pod));
}

function logsName(pod: Pod): string {
  const { namespace, name, uid } = refOf(pod);
  return `${namespace}_${name}_${uid}`;
}
