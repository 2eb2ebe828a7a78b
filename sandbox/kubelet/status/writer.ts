import type { V1PodCondition, V1PodStatus } from "@kubernetes/client-node";
import { KubernetesError } from "../../../adapters/kubernetes/errors";
import type { Clock } from "../pods/clock";
import type { PodRef } from "../pods/pod";
import type { PodApi } from "../pods/podApi";
import { retryDelayMs } from "../pods/retry";

export interface StatusWriterOptions {
  readonly pod: PodRef;
  readonly api: Pick<PodApi, "patchStatus">;
  readonly clock: Clock;
  readonly random: () => number;
  /** Hears of a status that the API server will not take. */
  readonly onRefused: (message: string) => void;
}

/** So many statuses wait to be written; of more, the oldest ones are left out. */
const longestQueue = 16;

/**
 * Writes the statuses of one pod in their order, one at a time, each until the API server has taken it. The newest one
 * is never left out.
 */
export class StatusWriter {
  private readonly queue: V1PodStatus[] = [];
  private newest = "";
  private failures = 0;
  private isBusy = false;
  private isGone = false;
  private waiters: (() => void)[] = [];

  constructor(private readonly options: StatusWriterOptions) {}

  /** Writes it, unless nothing has changed. */
  write(status: V1PodStatus): void {
    const text = JSON.stringify(status);
    if (text === this.newest || this.isGone) return;
    this.newest = text;
    this.queue.push(status);
    if (this.queue.length > longestQueue) this.queue.shift();
    this.pump();
  }

  /** Resolves when the newest status is written, or the pod is no longer there. */
  written(): Promise<void> {
    if (this.queue.length === 0 || this.isGone) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** Forgets what is not written yet: the pod is gone. */
  stop(): void {
    this.isGone = true;
    this.queue.length = 0;
    this.settle();
  }

  private pump(): void {
    const status = this.queue[0];
    if (this.isBusy || status === undefined) return;
    this.isBusy = true;
    const { api, pod } = this.options;
    void api.patchStatus(pod, patchOf(status)).then(
      () => this.done(status),
      (error: unknown) => this.failed(status, error),
    );
  }

  private done(status: V1PodStatus): void {
    this.isBusy = false;
    this.failures = 0;
    const index = this.queue.indexOf(status);
    if (index >= 0) this.queue.splice(0, index + 1);
    if (this.queue.length === 0) this.settle();
    else this.pump();
  }

  private failed(status: V1PodStatus, error: unknown): void {
    const { clock, random, onRefused } = this.options;
    const code = error instanceof KubernetesError ? error.status : 0;
    // Only a pod with this name and another uid makes a conflict.
    if (code === 404 || code === 409) {
      this.isBusy = false;
      return this.stop();
    }
    if (code === 422 || code === 400) {
      onRefused(error instanceof Error ? error.message : String(error));
      return this.done(status);
    }
    this.failures += 1;
    clock.after(retryDelayMs(this.failures, random), () => {
      this.isBusy = false;
      this.pump();
    });
  }

  private settle(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}

/** What is absent has to be said, or a merge would keep what was there before. */
export function patchOf(status: V1PodStatus): object {
  const { reason = null, message = null, conditions = [] } = status;
  return { ...status, reason, message, conditions: conditions.map(conditionPatch) };
}

function conditionPatch(condition: V1PodCondition): object {
  const { reason = null, message = null } = condition;
  return { ...condition, reason, message };
}
