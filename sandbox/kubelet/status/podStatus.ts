import type { V1ContainerStatus, V1EphemeralContainer, V1PodCondition, V1PodStatus } from "@kubernetes/client-node";
import { wholeSeconds } from "../pods/clock";
import { refOf, type Pod } from "../pods/pod";
import type { ContainerRecord } from "../pods/record";
import { noEphemeralContainers } from "../pods/unsupported";
import { conditionsOf } from "./conditions";
import { containerStatusOf } from "./containers";
import { phaseOf, type Phase } from "./phase";

export interface StatusInputs {
  readonly pod: Pod;
  readonly records: readonly ContainerRecord[];
  readonly podIP: string;
  readonly hostIP: string;
  /** When the kubelet took the pod on, ms since the epoch. */
  readonly startTime: number;
  readonly isPrepared: boolean;
  /** Nothing of it runs, and nothing will. */
  readonly isOver: boolean;
  /** A phase that stands whatever the containers do, and why. */
  readonly verdict?: { readonly phase: Phase; readonly reason?: string; readonly message?: string };
  readonly before: readonly V1PodCondition[];
  readonly now: number;
}

/** The status of a pod. Pure: the same inputs give the same status. */
export function podStatusOf(inputs: StatusInputs): V1PodStatus {
  const { pod, records, podIP, hostIP, startTime, isPrepared, isOver, verdict } = inputs;
  const phase = verdict?.phase ?? phaseOf(records, pod.spec?.restartPolicy ?? "Always", isOver);
  const inits = records.filter(({ container }) => container.role !== "main");
  const mains = records.filter(({ container }) => container.role === "main");
  const ephemeral = pod.spec?.ephemeralContainers ?? [];
  const waitingFor = inits.length > 0 ? "PodInitializing" : "ContainerCreating";
  const context = { pod: refOf(pod), waitingFor } as const;
  const { generation } = pod.metadata;
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase,
    ...(verdict?.reason === undefined ? {} : { reason: verdict.reason }),
    ...(verdict?.message === undefined ? {} : { message: verdict.message }),
    conditions: conditionsOf({ ...inputs, isPrepared: isPrepared && !isOver, phase }),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: wholeSeconds(startTime),
    ...(inits.length > 0 ? { initContainerStatuses: inits.map((record) => containerStatusOf(record, context)) } : {}),
    containerStatuses: mains.map((record) => containerStatusOf(record, context)),
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral.map(refusedStatus) } : {}),
  };
}

function refusedStatus({ name, image = "" }: V1EphemeralContainer): V1ContainerStatus {
  const waiting = { reason: "CreateContainerConfigError", message: noEphemeralContainers };
  return { name, image, imageID: "", ready: false, restartCount: 0, state: { waiting } };
}
