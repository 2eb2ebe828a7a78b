import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import type { Occurrence } from "./events";
import type { Pod } from "./pod";

/** Said of containers that are added to a running pod. */
export const noEphemeralContainers = "the sandbox's kubelet adds no container to a pod that runs";

const volumeKinds: readonly string[] = ["emptyDir", "configMap", "secret", "downwardAPI", "projected", "hostPath"];
const probes = ["startupProbe", "livenessProbe", "readinessProbe"] as const;
const hooks = ["postStart", "preStop"] as const;

/** What is asked for, by its field, with a word on it; false for what is not. */
type Finding = string | false;

/**
 * What a pod asks for and this kubelet cannot do, and without which the pod would not be what it is meant to be.
 * @param knowsNames whether pods have a hosts file of their own
 */
export function unsupportedIn({ spec }: Pod, knowsNames = false): string[] {
  if (spec === undefined) return [];
  const { hostAliases = [], resourceClaims = [], securityContext: { sysctls = [] } = {}, volumes = [] } = spec;
  const ofPod: Finding[] = [
    spec.shareProcessNamespace === true && "spec.shareProcessNamespace: each container has processes of its own",
    spec.hostPID === true && "spec.hostPID: the machine's processes are not shown to pods",
    spec.hostIPC === true && "spec.hostIPC: the machine's IPC is not shown to pods",
    hostAliases.length > 0 && !knowsNames && "spec.hostAliases: names are looked up as on this machine",
    resourceClaims.length > 0 && "spec.resourceClaims: there are no devices",
    spec.runtimeClassName !== undefined && "spec.runtimeClassName: there is one runtime",
    sysctls.length > 0 && "spec.securityContext.sysctls: the machine's settings are not a pod's to change",
    spec.os?.name === "windows" && "spec.os.name: it must be linux",
  ];
  const ofVolumes = volumes.map(({ name, ...source }): Finding => {
    const kind = Object.keys(source).find((key) => !volumeKinds.includes(key));
    return kind !== undefined && `spec.volumes[${name}].${kind}: there are ${volumeKinds.join(", ")}`;
  });
  return found([...ofPod, ...ofVolumes, ...inContainers(spec, unsupportedInContainer)]);
}

function unsupportedInContainer(container: V1Container): Finding[] {
  // Newer than client-node's types.
  const { stopSignal } = (container.lifecycle ?? {}) as { stopSignal?: string };
  const { restartPolicyRules = [] } = container as { restartPolicyRules?: unknown[] };
  return [
    ...probes.map((name) => container[name]?.grpc !== undefined && `${name}.grpc: use httpGet, tcpSocket or exec`),
    ...hooks.map((name) => {
      const hook = container.lifecycle?.[name];
      return hook?.tcpSocket !== undefined && `lifecycle.${name}.tcpSocket: use httpGet or exec`;
    }),
    stopSignal !== undefined && stopSignal !== "SIGTERM" && `lifecycle.stopSignal (${stopSignal}): it must be SIGTERM`,
    (container.volumeDevices ?? []).length > 0 && "volumeDevices: there are no block devices",
    restartPolicyRules.length > 0 && "restartPolicyRules: use restartPolicy",
    container.securityContext?.privileged === true && "securityContext.privileged: use capabilities",
    container.stdin === true && "stdin: containers have no standard input",
    container.tty === true && "tty: containers have no terminal",
  ];
}

/** What a pod asks for and does not get, though it can do its work without: mostly what would protect others from it. */
function ignoredIn({ spec }: Pod): string[] {
  if (spec === undefined) return [];
  const { securityContext: security = {}, volumes = [] } = spec;
  const { resources } = spec as { resources?: { limits?: object } };
  const ofPod: Finding[] = [
    resources?.limits !== undefined && "spec.resources.limits",
    spec.dnsConfig !== undefined && "spec.dnsConfig",
    spec.hostUsers === false && "spec.hostUsers",
    spec.setHostnameAsFQDN === true && "spec.setHostnameAsFQDN",
    ...profiles(security).map((name): Finding => name && `spec.securityContext.${name}`),
    ...volumes.map((volume) => {
      const isLimited = volume.emptyDir?.sizeLimit !== undefined;
      return isLimited && `spec.volumes[${volume.name}].emptyDir.sizeLimit`;
    }),
  ];
  return found([...ofPod, ...inContainers(spec, ignoredInContainer)]);
}

function ignoredInContainer({ resources, securityContext: security = {} }: V1Container): Finding[] {
  return [
    resources?.limits !== undefined && "resources.limits",
    security.readOnlyRootFilesystem === true && "securityContext.readOnlyRootFilesystem",
    security.procMount === "Unmasked" && "securityContext.procMount",
    ...profiles(security).map((name): Finding => name && `securityContext.${name}`),
  ];
}

function profiles(security: NonNullable<V1PodSpec["securityContext"] & V1Container["securityContext"]>): Finding[] {
  const isProfile = (type: string | undefined): boolean => type !== undefined && type !== "Unconfined";
  return [
    isProfile(security.seccompProfile?.type) && "seccompProfile",
    isProfile(security.appArmorProfile?.type) && "appArmorProfile",
    security.seLinuxOptions !== undefined && "seLinuxOptions",
  ];
}

/**
 * What is to be said of a pod that is taken on, or of one that changed, for it is not as the pod asks for it.
 * @param before the pod before the change
 */
export function complaintsAbout(pod: Pod, before?: Pod): Occurrence[] {
  const ignored = before === undefined ? ignoredIn(pod) : [];
  const known = new Set((before?.spec?.ephemeralContainers ?? []).map(({ name }) => name));
  const added = (pod.spec?.ephemeralContainers ?? []).map(({ name }) => name).filter((name) => !known.has(name));
  const words = [
    ...(ignored.length > 0 ? [`the sandbox's kubelet does not enforce ${ignored.join(", ")}`] : []),
    ...added.map((name) => `the ephemeral container ${name} does not run: ${noEphemeralContainers}`),
  ];
  return words.map((message) => ({ type: "Warning", reason: "NotSupported", message }));
}

function inContainers(spec: V1PodSpec, findIn: (container: V1Container) => readonly Finding[]): Finding[] {
  const lists = { initContainers: spec.initContainers ?? [], containers: spec.containers };
  return Object.entries(lists).flatMap(([list, containers]) =>
    containers.flatMap((one) => findIn(one).map((what) => what && `spec.${list}[${one.name}].${what}`)),
  );
}

function found(findings: readonly Finding[]): string[] {
  return findings.filter((finding) => finding !== false);
}
