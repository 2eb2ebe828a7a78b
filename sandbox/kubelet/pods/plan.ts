import { endingOf, isToRestart, isUp, type ContainerRecord } from "./record";

/** What a pod is heading for: `run` its containers, or `stop` them all, because it is deleted or out of time. */
export type Aim = "run" | "stop";

export interface Plan {
  /** Containers to start now. */
  readonly start: readonly ContainerRecord[];
  /** Containers to tell to end now. */
  readonly stop: readonly ContainerRecord[];
  /** Containers of which is to be said that their next start is put off. */
  readonly backOff: readonly ContainerRecord[];
  /** When to look again though nothing happened, ms since the epoch. */
  readonly wakeAt: number | undefined;
  /** Nothing runs, and nothing will. */
  readonly finished: boolean;
}

/** What to do next for a pod. Pure: the same records at the same time give the same plan. */
export function planOf(records: readonly ContainerRecord[], aim: Aim, now: number): Plan {
  if (aim === "stop" || hasFailedToInitialize(records) || hasDoneItsWork(records)) return ending(records);
  const due = dueContainers(records);
  const start = due.filter(({ notBefore }) => notBefore <= now);
  const later = due.filter(({ notBefore }) => notBefore > now);
  const times = later.map(({ notBefore }) => notBefore);
  return {
    start,
    stop: [],
    backOff: later.filter(isToBackOff),
    wakeAt: times.length > 0 ? Math.min(...times) : undefined,
    finished: false,
  };
}

/** Ends what runs: all but the sidecars at once, then the sidecars one by one, the last one first. */
function ending(records: readonly ContainerRecord[]): Plan {
  const others = records.filter(({ container }) => container.role !== "sidecar");
  const sidecars = records.filter(({ container }) => container.role === "sidecar");
  const next = others.some(isUp) ? others : sidecars.filter(isUp).slice(-1);
  const stop = next.filter(({ handle, isStopping }) => handle !== undefined && !isStopping);
  return { start: [], stop, backOff: [], wakeAt: undefined, finished: !records.some(isUp) };
}

/** A container whose run ended for good. */
function isOver(record: ContainerRecord): boolean {
  return record.state.is === "ended" && !isToRestart(record);
}

function hasFailedToInitialize(records: readonly ContainerRecord[]): boolean {
  const inits = records.filter(({ container }) => container.role === "init");
  return inits.some((record) => isOver(record) && endingOf(record)?.exitCode !== 0);
}

function hasDoneItsWork(records: readonly ContainerRecord[]): boolean {
  const mains = records.filter(({ container }) => container.role === "main");
  return mains.length > 0 && mains.every(isOver);
}

/** What should run and does not, whether or not its time has come. */
function dueContainers(records: readonly ContainerRecord[]): ContainerRecord[] {
  const mains = records.filter(({ container }) => container.role === "main");
  const inits = records.filter(({ container }) => container.role !== "main");
  if (mains.some(({ begun }) => begun)) {
    // The pod is initialized: a sidecar that ended holds nobody up.
    const sidecars = inits.filter(({ container }) => container.role === "sidecar");
    return [...sidecars, ...mains].filter(isDue);
  }
  for (const record of inits) {
    if (!isPassed(record)) return isDue(record) ? [record] : [];
  }
  return mains.filter(isDue);
}

function isToBackOff({ state }: ContainerRecord): boolean {
  if (state.is === "ended") return state.backingOffMs === undefined;
  return state.is === "waiting" && state.reason === "ErrImagePull";
}

function isDue(record: ContainerRecord): boolean {
  return record.state.is === "waiting" || isToRestart(record);
}

/** Whether the next init container may start. */
function isPassed({ container, state }: ContainerRecord): boolean {
  if (container.role === "sidecar") return state.is === "running" && state.started;
  return state.is === "ended" && state.ending.exitCode === 0;
}
