import type { V1ContainerState, V1ContainerStatus } from "@kubernetes/client-node";
import { wholeSeconds } from "../pods/clock";
import type { PodRef } from "../pods/pod";
import type { ContainerRecord, Ended, Running, Waiting } from "../pods/record";
import { terminatedState } from "../pods/restore";

export interface ContainerContext {
  readonly pod: PodRef;
  /** What a container that waits for its first start is said to wait for. */
  readonly waitingFor: "PodInitializing" | "ContainerCreating";
}

/** The status of one container, as the pod's status has it. */
export function containerStatusOf(record: ContainerRecord, context: ContainerContext): V1ContainerStatus {
  const { container, last, runs, imageId, containerId } = record;
  const shown = record.state.is === "starting" ? record.state.from : record.state;
  // Of a container that waits for its next start, the ending is the last state, not the present one.
  const isBackingOff = shown.is === "ended" && shown.backingOffMs !== undefined;
  const before = isBackingOff ? shown.ending : last;
  return {
    name: container.spec.name,
    image: container.spec.image ?? "",
    imageID: imageId,
    ...(containerId ? { containerID: containerId } : {}),
    state: stateOf(record, shown, context),
    lastState: before === undefined ? {} : terminatedState(before),
    ready: isReady(record),
    started: shown.is === "running" && shown.started,
    restartCount: Math.max(0, runs - 1),
  };
}

/** What readiness means depends on the container: an init container is ready when it has done its work. */
export function isReady({ container, state, isStopping }: ContainerRecord): boolean {
  if (container.role === "init") return state.is === "ended" && state.ending.exitCode === 0;
  return state.is === "running" && state.started && state.ready && !isStopping;
}

function stateOf(
  record: ContainerRecord,
  shown: Waiting | Running | Ended,
  context: ContainerContext,
): V1ContainerState {
  if (shown.is === "running") return { running: { startedAt: wholeSeconds(shown.startedAt) } };
  if (shown.is === "waiting") {
    const { reason = context.waitingFor, message } = shown;
    return { waiting: { reason, ...(message === undefined ? {} : { message }) } };
  }
  if (shown.backingOffMs === undefined) return terminatedState(shown.ending);
  const { name, namespace, uid } = context.pod;
  const wait = `${Math.round(shown.backingOffMs / 1000)}s`;
  const message = `back-off ${wait} restarting failed container=${record.container.spec.name} pod=${name}_${namespace}(${uid})`;
  return { waiting: { reason: "CrashLoopBackOff", message } };
}
