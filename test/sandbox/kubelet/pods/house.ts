import type { V1ContainerStatus, V1PodStatus } from "@kubernetes/client-node";
import { KubernetesError } from "../../../../adapters/kubernetes/errors";
import { kubeletBackoff } from "../../../../sandbox/kubelet/pods/backoff";
import type { Occurrence } from "../../../../sandbox/kubelet/pods/events";
import type { Pod, PodRef } from "../../../../sandbox/kubelet/pods/pod";
import type { PodApi } from "../../../../sandbox/kubelet/pods/podApi";
import type { Surroundings } from "../../../../sandbox/kubelet/pods/surroundings";
import { PodWorker, type WorkerOptions } from "../../../../sandbox/kubelet/pods/worker";
import type { Volumes } from "../../../../sandbox/kubelet/volumes";
import { FakeClock, settled } from "./fakeClock";
import { FakeRuntime } from "./fakeRuntime";

/** A worker with all that it needs, none of which is real. */
export class House {
  readonly clock = new FakeClock();
  readonly runtime = new FakeRuntime(this.clock);
  readonly statuses: V1PodStatus[] = [];
  readonly events: Occurrence[] = [];
  /** What happened around the pod, in order. */
  readonly deeds: string[] = [];
  /** What the next writes of a status fail with, in HTTP statuses. */
  failures: number[] = [];
  /** What the next removals fail with. */
  removalFailures: number[] = [];
  /** Throws, where volumes are not to be had. */
  refuseVolumes: () => void = () => undefined;
  refuseEnvironment: () => void = () => undefined;
  nextRefreshAt: number | undefined;

  private readonly api: PodApi = {
    patchStatus: async (_pod: PodRef, status: object) => {
      mayFail(this.failures);
      this.statuses.push(status as V1PodStatus);
    },
    remove: async () => {
      mayFail(this.removalFailures);
      this.deeds.push("removed from the API server");
    },
  };

  private readonly volumes = (): Volumes => {
    const { deeds } = this;
    const due = (): number | undefined => this.nextRefreshAt;
    return {
      mounts: () => [],
      refresh: async () => {
        deeds.push("volumes refreshed");
        this.nextRefreshAt = undefined;
      },
      get nextRefreshAt() {
        return due();
      },
      remove: async () => void deeds.push("volumes removed"),
    };
  };

  private readonly surroundings: Surroundings = {
    prepareVolumes: async () => {
      this.refuseVolumes();
      return this.volumes();
    },
    nameMounts: () => [],
    environment: async () => {
      this.refuseEnvironment();
      return { COLOUR: "green" };
    },
    logFile: async () => "/dev/null",
    forget: async () => void this.deeds.push("forgotten"),
  };

  readonly options: WorkerOptions = {
    runtime: this.runtime,
    surroundings: this.surroundings,
    api: this.api,
    events: { tell: (_pod, occurrence) => void this.events.push(occurrence) },
    clock: this.clock,
    random: () => 0.5,
    backoff: kubeletBackoff,
    podIP: "127.1.0.2",
    hostIP: "127.0.0.1",
    log: (message) => void this.deeds.push(message),
    onFinished: () => void this.deeds.push("finished"),
    onClosed: () => void this.deeds.push("closed"),
  };

  async run(pod: Pod): Promise<PodWorker> {
    const worker = new PodWorker(pod, this.options);
    worker.start();
    await settled();
    return worker;
  }

  get status(): V1PodStatus {
    const newest = this.statuses.at(-1);
    if (newest === undefined) throw new Error("no status was written");
    return newest;
  }

  statusOf(name: string): V1ContainerStatus {
    const { initContainerStatuses = [], containerStatuses = [] } = this.status;
    const found = [...initContainerStatuses, ...containerStatuses].find((one) => one.name === name);
    if (found === undefined) throw new Error(`no status of ${name}`);
    return found;
  }

  condition(type: string): string | undefined {
    return this.status.conditions?.find((one) => one.type === type)?.status;
  }

  reasons(): string[] {
    return this.events.map(({ reason }) => reason);
  }
}

function mayFail(failures: number[]): void {
  const status = failures.shift();
  if (status !== undefined) throw new KubernetesError(status, `fails with ${status}`);
}

export function deleted(pod: Pod, graceSeconds: number): Pod {
  const metadata = {
    ...pod.metadata,
    deletionTimestamp: "2030-01-01T00:00:30Z" as unknown as Date,
    deletionGracePeriodSeconds: graceSeconds,
  };
  return { ...pod, metadata };
}
