import { hostname } from "node:os";
import type { V1Container } from "@kubernetes/client-node";
import { ContainerStartError, type ContainerConfig } from "../runtime/runtime";
import { refOf, type Pod } from "./pod";
import type { PodVolumes, Surroundings } from "./surroundings";

const longestHostname = 63;

/** What the runtime has to know to start a container. @throws ContainerStartError */
export async function containerConfig(
  pod: Pod,
  container: V1Container,
  podIP: string,
  volumes: PodVolumes,
  surroundings: Surroundings,
): Promise<ContainerConfig> {
  const { spec } = pod;
  const security = { ...spec?.securityContext, ...container.securityContext };
  if (security.runAsNonRoot === true && security.runAsUser === 0)
    throw new ContainerStartError("CreateContainerConfigError", "runAsNonRoot is true, and runAsUser is 0");
  const env = await configuredBy(() => surroundings.environment(pod, container, podIP));
  const mounts = await configuredBy(() => volumes.mounts(container, env));
  const expand = (text: string): string => surroundings.expand(text, env);
  return {
    pod: refOf(pod),
    name: container.name,
    image: container.image ?? "",
    command: (container.command ?? []).map(expand),
    args: (container.args ?? []).map(expand),
    env,
    workingDir: container.workingDir,
    mounts,
    hostname: spec?.hostNetwork ? hostname() : (spec?.hostname ?? pod.metadata.name).slice(0, longestHostname),
    podIP,
    ports: (container.ports ?? []).map(({ containerPort }) => containerPort),
    runAsUser: security.runAsUser,
    runAsGroup: security.runAsGroup,
    logFile: await surroundings.logFile(pod, container),
    terminationMessagePath: container.terminationMessagePath ?? "/dev/termination-log",
    terminationMessagePolicy:
      container.terminationMessagePolicy === "FallbackToLogsOnError" ? "FallbackToLogsOnError" : "File",
  };
}

/** Whatever is wrong here is a fault of the pod's configuration, or of what it refers to. */
async function configuredBy<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ContainerStartError("CreateContainerConfigError", wordsOf(error), { cause: error });
  }
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
