import type { ContainerRecord, Ending, State } from "../pods/record";

export type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

/**
 * The phase that the containers' states make, by the kubelet's rules.
 *
 * @param restartPolicy the pod's
 * @param isOver nothing of the pod will run any more, whatever its restart policy
 */
export function phaseOf(records: readonly ContainerRecord[], restartPolicy: string, isOver: boolean): Phase {
  const inits = records.filter(({ container }) => container.role === "init");
  const sidecars = records.filter(({ container }) => container.role === "sidecar");
  const mains = records.filter(({ container }) => container.role === "main");

  if (inits.some((record) => hasFailed(record) && (isOver || record.container.restartPolicy === "Never")))
    return "Failed";
  const isInitializing = inits.some((record) => endingIn(record) === undefined);
  const hasBegun = mains.some(({ runs }) => runs > 0);
  const areSidecarsComing = !hasBegun && sidecars.some(({ state }) => state.is !== "ended" && !isStarted(state));
  const isAnyUp = [...sidecars, ...mains].some(({ state }) => state.is === "running");
  const endings = mains.map(endingIn).filter((ending) => ending !== undefined);
  const isAnyWaiting = mains.some((record) => record.state.is !== "running" && endingIn(record) === undefined);

  if (isInitializing || areSidecarsComing || isAnyWaiting) return isOver ? "Failed" : "Pending";
  if (isAnyUp) return "Running";
  if (endings.length === 0) return "Pending";
  const haveAllSucceeded = endings.every(({ exitCode }) => exitCode === 0);
  if (isOver) return haveAllSucceeded ? "Succeeded" : "Failed";
  if (mains.some(({ container }) => container.restartPolicy === "Always")) return "Running";
  if (haveAllSucceeded) return "Succeeded";
  return restartPolicy === "Never" ? "Failed" : "Running";
}

function hasFailed(record: ContainerRecord): boolean {
  const ending = endingIn(record);
  return ending !== undefined && ending.exitCode !== 0;
}

/** The ending that the container is at, also while its next start is awaited or under way. */
function endingIn({ state, last }: ContainerRecord): Ending | undefined {
  const shown = state.is === "starting" ? state.from : state;
  if (shown.is === "ended") return shown.ending;
  return shown.is === "waiting" ? last : undefined;
}

function isStarted(state: State): boolean {
  return state.is === "running" && state.started;
}
