import type { V1ContainerState, V1ContainerStateTerminated, V1ContainerStatus } from "@kubernetes/client-node";
import { wholeSeconds } from "./clock";
import { timeOf, type Pod } from "./pod";
import { newRecords, type ContainerRecord, type Ending, type State } from "./record";

/** Exit code of a process that SIGKILL ended. */
const killed = 137;

/**
 * What is known of a pod's containers when the kubelet starts: nothing of them runs any more, for they end with the
 * kubelet. What ran was killed, and counts as a run that ended. Init containers run again, as after a reboot, except
 * where the restart policy forbids a container to leave the state Completed.
 *
 * @param now ms since the epoch
 */
export function restoredRecords(pod: Pod, now: number): ContainerRecord[] {
  const known = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const mayRunAgain = (pod.spec?.restartPolicy ?? "Always") === "Always";
  return newRecords(pod).map((record) => {
    const status = known.find(({ name }) => name === record.container.spec.name);
    if (status === undefined) return record;
    const ending = lastEnding(status, now);
    const isInitAgain = record.container.role === "init" && mayRunAgain;
    const state: State = ending === undefined || isInitAgain ? { is: "waiting" } : { is: "ended", ending };
    return {
      ...record,
      state,
      last: earlierEnding(status) ?? (isInitAgain ? ending : undefined),
      runs: ending === undefined ? 0 : status.restartCount + 1,
      imageId: status.imageID,
      containerId: status.containerID ?? "",
    };
  });
}

/** How the newest run ended; undefined where there was none. */
function lastEnding({ state, lastState, containerID }: V1ContainerStatus, now: number): Ending | undefined {
  if (state?.running !== undefined) {
    return {
      exitCode: killed,
      reason: "ContainerStatusUnknown",
      message: "The container was running when the kubelet ended, and ended with it",
      startedAt: timeOf(state.running.startedAt) ?? now,
      finishedAt: now,
      ...(containerID ? { containerId: containerID } : {}),
    };
  }
  const terminated = state?.terminated ?? lastState?.terminated;
  return terminated && endingFrom(terminated, now);
}

/** The ending before the newest run's. */
function earlierEnding({ state, lastState }: V1ContainerStatus): Ending | undefined {
  const isEarlier = state?.running !== undefined || state?.terminated !== undefined;
  return isEarlier && lastState?.terminated ? endingFrom(lastState.terminated, 0) : undefined;
}

function endingFrom(terminated: V1ContainerStateTerminated, now: number): Ending {
  const { exitCode, signal, reason = "Error", message, startedAt, finishedAt, containerID } = terminated;
  return {
    exitCode,
    reason,
    startedAt: timeOf(startedAt) ?? now,
    finishedAt: timeOf(finishedAt) ?? now,
    ...(signal === undefined ? {} : { signal }),
    ...(message === undefined ? {} : { message }),
    ...(containerID ? { containerId: containerID } : {}),
  };
}

/** An ending as the API writes it. */
export function terminatedState(ending: Ending): V1ContainerState {
  const { exitCode, signal, reason, message, startedAt, finishedAt, containerId } = ending;
  return {
    terminated: {
      exitCode,
      ...(signal === undefined ? {} : { signal }),
      reason,
      ...(message ? { message } : {}),
      startedAt: wholeSeconds(startedAt),
      finishedAt: wholeSeconds(finishedAt),
      ...(containerId ? { containerID: containerId } : {}),
    },
  };
}
