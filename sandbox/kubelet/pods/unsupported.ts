import type { V1Container } from "@kubernetes/client-node";
import type { Pod } from "./pod";

const volumeKinds: readonly string[] = ["emptyDir", "configMap", "secret", "downwardAPI", "projected", "hostPath"];

/**
 * What a pod asks for and this kubelet cannot do, and without which the pod would not be what it is meant to be. Limits of
 * resources are not in it: nothing enforces them here, and the guide says so.
 */
export function unsupportedIn({ spec }: Pod): string[] {
  if (spec === undefined) return [];
  const found: string[] = [];
  const refuse = (isAsked: boolean, what: string): void => {
    if (isAsked) found.push(what);
  };
  refuse(spec.shareProcessNamespace === true, "spec.shareProcessNamespace: each container has processes of its own");
  refuse(spec.hostPID === true, "spec.hostPID: the machine's processes are not shown to pods");
  refuse(spec.hostIPC === true, "spec.hostIPC: the machine's IPC is not shown to pods");
  refuse((spec.resourceClaims ?? []).length > 0, "spec.resourceClaims: there are no devices");
  refuse(spec.os?.name === "windows", "spec.os.name: it must be linux");
  for (const { name, ...source } of spec.volumes ?? []) {
    const kind = Object.keys(source).find((key) => !volumeKinds.includes(key));
    refuse(kind !== undefined, `spec.volumes[${name}].${kind}: there are ${volumeKinds.join(", ")}`);
  }
  for (const container of spec.initContainers ?? []) found.push(...inContainer(container, "initContainers"));
  for (const container of spec.containers) found.push(...inContainer(container, "containers"));
  return found;
}

function inContainer(container: V1Container, list: string): string[] {
  const where = `spec.${list}[${container.name}]`;
  const found: string[] = [];
  for (const name of ["startupProbe", "livenessProbe", "readinessProbe"] as const) {
    if (container[name]?.grpc) found.push(`${where}.${name}.grpc: use httpGet, tcpSocket or exec`);
  }
  for (const name of ["postStart", "preStop"] as const) {
    if (container.lifecycle?.[name]?.tcpSocket) found.push(`${where}.lifecycle.${name}.tcpSocket: use httpGet or exec`);
  }
  const { stopSignal } = (container.lifecycle ?? {}) as { stopSignal?: string };
  if (stopSignal !== undefined && stopSignal !== "SIGTERM")
    found.push(`${where}.lifecycle.stopSignal (${stopSignal}): it must be SIGTERM`);
  if ((container.volumeDevices ?? []).length > 0) found.push(`${where}.volumeDevices: there are no block devices`);
  const { restartPolicyRules = [] } = container as { restartPolicyRules?: unknown[] };
  if (restartPolicyRules.length > 0) found.push(`${where}.restartPolicyRules: use restartPolicy`);
  if (container.tty === true) found.push(`${where}.tty: containers have no terminal`);
  return found;
}
