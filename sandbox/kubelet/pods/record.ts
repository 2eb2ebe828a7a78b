import type { Container } from "../runtime/runtime";
import type { Pod, PodContainer } from "./pod";
import { containersOf } from "./pod";

/** How a container's run ended, as the pod's status tells it. */
export interface Ending {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason: string;
  readonly message?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly containerId?: string;
}

/** Never ran yet, or could not be started. */
export interface Waiting {
  readonly is: "waiting";
  /** Default: what the pod's progress suggests, ContainerCreating or PodInitializing. */
  readonly reason?: string;
  readonly message?: string;
}

/** The runtime is at it, or the postStart hook is; to the outside the container is still what it was before. */
export interface Starting {
  readonly is: "starting";
  readonly from: Waiting | Ended;
}

export interface Running {
  readonly is: "running";
  readonly startedAt: number;
  /** The startup probe, if there is one, has succeeded. */
  readonly started: boolean;
  /** The readiness probe, if there is one, says so. */
  readonly ready: boolean;
}

export interface Ended {
  readonly is: "ended";
  readonly ending: Ending;
  /** Waits for its next start: since when it is shown as waiting, and for how long in all, in ms. */
  readonly backingOffMs?: number;
}

export type State = Waiting | Starting | Running | Ended;

/** All that is remembered of one container. */
export interface ContainerRecord {
  readonly container: PodContainer;
  state: State;
  /** The ending before the present state. */
  last?: Ending;
  /** Starts so far; the restarts are one less. */
  runs: number;
  /** It ran since this kubelet has had the pod. */
  begun: boolean;
  /** No start before this time, ms since the epoch. */
  notBefore: number;
  /** The wait before the next restart, in ms; 0 for none. */
  delayMs: number;
  /** Starts in a row that failed before anything ran. */
  failedStarts: number;
  imageId: string;
  containerId: string;
  /** It has been told to end. */
  isStopping: boolean;
  /** The run that is on. */
  handle?: Container;
}

/** Records of a pod of which nothing has run yet. */
export function newRecords(pod: Pod): ContainerRecord[] {
  return containersOf(pod).map((container) => ({
    container,
    state: { is: "waiting" },
    runs: 0,
    begun: false,
    notBefore: 0,
    delayMs: 0,
    failedStarts: 0,
    imageId: "",
    containerId: "",
    isStopping: false,
  }));
}

/** Whether anything of it may still be running. */
export function isUp({ state }: ContainerRecord): boolean {
  return state.is === "running" || state.is === "starting";
}

/** How it ended, if that is its present state. */
export function endingOf({ state }: ContainerRecord): Ending | undefined {
  return state.is === "ended" ? state.ending : undefined;
}

/** Whether it has ended and is to be started again, in a pod that goes on. */
export function isToRestart({ container, state }: ContainerRecord): boolean {
  if (state.is !== "ended" || container.restartPolicy === "Never") return false;
  return container.restartPolicy === "Always" || state.ending.exitCode !== 0;
}
