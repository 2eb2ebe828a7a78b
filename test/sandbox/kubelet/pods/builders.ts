import type { V1Container, V1PodSpec, V1PodStatus } from "@kubernetes/client-node";
import type { Pod } from "../../../../sandbox/kubelet/pods/pod";
import { newRecords, type ContainerRecord, type Ending, type State } from "../../../../sandbox/kubelet/pods/record";

export function podWith(spec: Partial<V1PodSpec> = {}, metadata: object = {}, status?: V1PodStatus): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default", uid: "uid-1", generation: 1, ...metadata },
    spec: { containers: [container("main")], ...spec },
    ...(status ? { status } : {}),
  };
}

export function container(name: string, more: Partial<V1Container> = {}): V1Container {
  return { name, image: `${name}:1`, ...more };
}

export function sidecar(name: string, more: Partial<V1Container> = {}): V1Container {
  return container(name, { restartPolicy: "Always", ...more });
}

export const waiting: State = { is: "waiting" };
export const running: State = { is: "running", startedAt: 0, started: true, ready: true };
export const startingUp: State = { is: "running", startedAt: 0, started: false, ready: false };

export function ended(exitCode: number, more: Partial<Ending> = {}): State {
  const reason = exitCode === 0 ? "Completed" : "Error";
  return { is: "ended", ending: { exitCode, reason, startedAt: 0, finishedAt: 0, ...more } };
}

/** The records of a pod whose containers are in these states, by name. */
export function recordsOf(pod: Pod, states: Readonly<Record<string, State>>): ContainerRecord[] {
  return newRecords(pod).map((record) => {
    const state = states[record.container.spec.name] ?? waiting;
    const hasRun = state.is !== "waiting";
    const handle = state.is === "running" ? ({} as ContainerRecord["handle"]) : undefined;
    return { ...record, state, handle, begun: hasRun, runs: hasRun ? 1 : 0 };
  });
}
