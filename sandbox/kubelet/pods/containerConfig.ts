import { hostname } from "node:os";
import type { V1Container } from "@kubernetes/client-node";
import { expand } from "../environment";
import { ContainerStartError, type ContainerConfig, type Security } from "../runtime/runtime";
import type { Volumes } from "../volumes";
import { hostnameOf, refOf, type Pod } from "./pod";
import type { Surroundings } from "./surroundings";

/** What the runtime has to know to start a container. @throws ContainerStartError */
export async function containerConfig(
  pod: Pod,
  container: V1Container,
  podIP: string,
  volumes: Volumes,
  surroundings: Surroundings,
): Promise<ContainerConfig> {
  const { spec } = pod;
  const env = await configuredBy(() => surroundings.environment(pod, container, podIP));
  const ofVolumes = await configuredBy(() => volumes.mounts(container, env));
  const ofNames = await configuredBy(() => surroundings.nameMounts(pod, podIP));
  // What the pod mounts itself wins.
  const mounts = [...ofNames.filter(({ target }) => !ofVolumes.some((own) => own.target === target)), ...ofVolumes];
  const expanded = (text: string): string => expand(text, env);
  return {
    pod: refOf(pod),
    name: container.name,
    image: container.image ?? "",
    command: (container.command ?? []).map(expanded),
    args: (container.args ?? []).map(expanded),
    env,
    workingDir: container.workingDir,
    mounts,
    hostname: spec?.hostNetwork ? hostname() : hostnameOf(pod),
    podIP,
    hostNetwork: spec?.hostNetwork ?? false,
    ports: (container.ports ?? []).map(({ containerPort }) => containerPort),
    security: securityOf(pod, container),
    logFile: await surroundings.logFile(pod, container),
    terminationMessagePath: container.terminationMessagePath ?? "/dev/termination-log",
    terminationMessagePolicy:
      container.terminationMessagePolicy === "FallbackToLogsOnError" ? "FallbackToLogsOnError" : "File",
  };
}

/** The container's own security context, above the pod's. */
function securityOf({ spec }: Pod, { securityContext }: V1Container): Security {
  const { fsGroup, supplementalGroups = [], ...ofPod } = spec?.securityContext ?? {};
  const { runAsUser, runAsGroup, runAsNonRoot } = { ...ofPod, ...securityContext };
  const { add = [], drop = [] } = securityContext?.capabilities ?? {};
  return {
    ...(runAsUser === undefined ? {} : { user: runAsUser }),
    ...(runAsGroup === undefined ? {} : { group: runAsGroup }),
    groups: fsGroup === undefined ? supplementalGroups : [...supplementalGroups, fsGroup],
    nonRoot: runAsNonRoot ?? false,
    capabilities: { add, drop },
    noNewPrivileges: securityContext?.allowPrivilegeEscalation === false,
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
