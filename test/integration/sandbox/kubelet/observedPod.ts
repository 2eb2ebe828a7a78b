import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig, V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { collection } from "../../../../sandbox/mesh/apiServer";

/** One column of a table of statuses. */
export interface Column {
  readonly title: string;
  readonly of: (pod: V1Pod) => string;
}

/** A container's state in a word or two: its restarts, and whether it is ready. */
export function containerColumn(name: string): Column {
  const words = (pod: V1Pod): string => {
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
    const status = [...initContainerStatuses, ...containerStatuses].find((one) => one.name === name);
    if (status === undefined) return "-";
    return `${stateOf(status)}${status.restartCount > 0 ? ` #${status.restartCount}` : ""}${status.ready ? " ready" : ""}`;
  };
  return { title: name, of: words };
}

export function conditionColumn(type: string): Column {
  return { title: type, of: ({ status }) => status?.conditions?.find((one) => one.type === type)?.status ?? "-" };
}

export const phaseColumn: Column = { title: "phase", of: ({ status }) => status?.phase ?? "-" };

function stateOf({ state }: V1ContainerStatus): string {
  if (state?.running) return "running";
  if (state?.terminated) return `${state.terminated.reason}:${state.terminated.exitCode}`;
  return state?.waiting?.reason ?? "-";
}

/** Follows a namespace's pods, and keeps each state in which a pod was seen. */
export class PodHistory {
  private readonly states = new Map<string, V1Pod[]>();
  private readonly stopped = new AbortController();

  constructor(kubeconfig: KubeConfig, namespace: string) {
    const source = collection(kubeconfig, `/api/v1/namespaces/${namespace}/pods`);
    void this.follow(source).catch(() => undefined);
  }

  stop(): void {
    this.stopped.abort();
  }

  of(name: string): readonly V1Pod[] {
    return this.states.get(name) ?? [];
  }

  /** The pod's states as rows of a table, without repetitions. */
  table(name: string, columns: readonly Column[]): string[] {
    const rows = this.of(name).map((pod) => columns.map(({ of }) => of(pod)).join(" | "));
    return rows.filter((row, index) => row !== rows[index - 1]);
  }

  private async follow(source: ReturnType<typeof collection>): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      try {
        const { resourceVersion } = await source.list(signal);
        await source.watch(resourceVersion, ({ object }) => this.take(object as V1Pod), signal);
      } catch {
        // The API server is away: it is asked again until it is back.
        await sleep(100);
      }
    }
  }

  private take(pod: V1Pod): void {
    const name = pod.metadata?.name;
    if (name !== undefined) this.states.set(name, [...(this.states.get(name) ?? []), pod]);
  }
}
