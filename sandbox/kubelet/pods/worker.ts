import type { V1PodCondition } from "@kubernetes/client-node";
import { isConflict, isNotFound } from "../../../adapters/kubernetes/errors";
import { podStatusOf, type StatusInputs } from "../status/podStatus";
import { StatusWriter } from "../status/writer";
import { ContainerStartError, type ContainerConfig, type Runtime } from "../runtime/runtime";
import type { CrashBackoff } from "./backoff";
import type { Cancel, Clock } from "./clock";
import { containerConfig, wordsOf } from "./containerConfig";
import { ContainerRunner } from "./containerRunner";
import type { EventRecorder, Occurrence } from "./events";
import { planOf, type Plan } from "./plan";
import { graceMsOf, isTerminal, refOf, timeOf, type Pod, type PodRef } from "./pod";
import type { PodApi } from "./podApi";
import type { ContainerRecord } from "./record";
import { restoredRecords } from "./restore";
import { retryDelayMs } from "./retry";
import type { Surroundings } from "./surroundings";
import { complaintsAbout, unsupportedIn } from "./unsupported";
import { VolumeKeeper } from "./volumeKeeper";

export interface WorkerOptions {
  readonly runtime: Runtime;
  readonly surroundings: Surroundings;
  readonly api: PodApi;
  readonly events: Pick<EventRecorder, "tell">;
  readonly clock: Clock;
  readonly random: () => number;
  readonly backoff: CrashBackoff;
  readonly podIP: string;
  readonly hostIP: string;
  /** Whether pods have a hosts file of their own. @default false */
  readonly knowsNames?: boolean;
  readonly log: (message: string) => void;
  /** Nothing of it runs any more: its address is free. */
  readonly onFinished: () => void;
  /** Nothing is left of it, neither here nor in the API server. */
  readonly onClosed: () => void;
}

/** A sidecar gets so much even if the others have used up the pod's time. */
const leastForSidecarMs = 2000;

/**
 * One pod, from the moment it is bound to this node until nothing of it is left. Whatever happens calls `reconcile`,
 * which decides in one go what comes next; what takes time runs beside it, and calls it again. So nothing is asked for
 * over and over, and no decision is taken twice at once.
 */
export class PodWorker {
  readonly ref: PodRef;
  private readonly records: ContainerRecord[];
  private readonly runner: ContainerRunner;
  private readonly writer: StatusWriter;
  private readonly volumes: VolumeKeeper;
  private readonly startTime: number;
  /** What keeps the pod from ever running here. */
  private readonly refusal: string | undefined;
  private conditions: readonly V1PodCondition[];
  private verdict: StatusInputs["verdict"];
  /** When the containers must have ended, ms since the epoch; undefined while the pod is to go on. */
  private stopBy: number | undefined;
  /** The API server has the pod no more. */
  private isGone = false;
  /** Nothing of it runs, and nothing will: `clearing` while its volumes are removed. */
  private end: "clearing" | "cleared" | undefined;
  private isRemoving = false;
  private isClosed = false;
  private cancelTimer: Cancel = () => undefined;

  constructor(
    private pod: Pod,
    private readonly options: WorkerOptions,
  ) {
    const { clock, api, random } = options;
    this.ref = refOf(pod);
    this.records = restoredRecords(pod, clock.now());
    this.startTime = timeOf(pod.status?.startTime) ?? clock.now();
    this.conditions = pod.status?.conditions ?? [];
    const unsupported = unsupportedIn(pod, options.knowsNames);
    if (unsupported.length > 0) this.refusal = `the sandbox's kubelet cannot do this: ${unsupported.join("; ")}`;
    const onRefused = (words: string): void => this.log(`the API server refuses its status: ${words}`);
    this.writer = new StatusWriter({ pod: this.ref, api, clock, random, onRefused });
    const onChange = (): void => this.reconcile();
    const onFailure = (message: string): void => this.volumesFailed(message);
    this.volumes = new VolumeKeeper({ ...options, onFailure, onChange: () => this.volumesChanged() });
    const configOf = (record: ContainerRecord): Promise<ContainerConfig> => this.configOf(record);
    const tell = (occurrence: Occurrence): void => this.tell(occurrence);
    this.runner = new ContainerRunner({ ...options, configOf, graceMs: () => graceMsOf(this.pod), tell, onChange });
  }

  /** Begins its work. */
  start(): void {
    // A pod that came to its end before this kubelet began stays as it was written.
    if (isTerminal(this.pod.status?.phase)) {
      this.writer.stop();
      this.end = "cleared";
      this.options.onFinished();
    } else if (this.refusal !== undefined) this.refuse(this.refusal);
    else this.tell(...complaintsAbout(this.pod));
    this.update(this.pod);
  }

  /** The pod as the API server has it now. */
  update(pod: Pod): void {
    const isChanged = hasNewMetadata(this.pod, pod);
    this.tell(...complaintsAbout(pod, this.pod));
    this.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) this.stopWithin(graceMsOf(pod));
    if (isChanged && this.end === undefined) this.volumes.keep(pod, true);
    this.reconcile();
  }

  /** The API server has this pod no more. */
  vanish(): void {
    this.isGone = true;
    this.writer.stop();
    if (this.stopBy === undefined) this.stopWithin(graceMsOf(this.pod));
    this.reconcile();
  }

  /** Ends all processes, without a word to the API server: this kubelet ends. */
  async shutDown(graceMs: number): Promise<void> {
    this.isClosed = true;
    this.cancelTimer();
    this.writer.stop();
    await this.runner.shutDown(this.records, graceMs);
  }

  private reconcile(): void {
    if (this.isClosed) return;
    this.cancelTimer();
    if (this.end !== undefined) return this.leave();
    this.checkDeadline();
    const isStopping = this.stopBy !== undefined;
    if (!isStopping && this.refusal === undefined) this.volumes.keep(this.pod);
    if (!isStopping && (this.refusal !== undefined || this.volumes.volumes === undefined)) {
      this.publish();
      return this.wakeAt([this.refusal === undefined ? this.volumes.dueAt : undefined]);
    }
    const plan = planOf(this.records, isStopping ? "stop" : "run", this.options.clock.now());
    if (plan.finished) return this.finish();
    // Each state is told before what comes of it.
    this.publish();
    this.carryOut(plan);
    this.wakeAt([plan.wakeAt, isStopping ? undefined : this.volumes.dueAt]);
  }

  private carryOut({ start, stop, backOff }: Plan): void {
    for (const record of backOff) this.runner.backOff(record);
    if (stop.length > 0) {
      const now = this.options.clock.now();
      this.stopBy ??= now + graceMsOf(this.pod);
      for (const record of stop) {
        const { spec, role } = record.container;
        const graceMs = Math.max(this.stopBy - now, role === "sidecar" ? leastForSidecarMs : 1);
        this.runner.stop(record, graceMs, `Stopping container ${spec.name}`);
      }
    }
    for (const record of start) void this.runner.start(record);
    if (backOff.length > 0 || stop.length > 0) this.publish();
  }

  /** Looks again at the earliest of these times, or when the pod's own time is over. */
  private wakeAt(times: readonly (number | undefined)[]): void {
    const { clock } = this.options;
    const known = [...times, this.stopBy === undefined ? this.deadline() : undefined].filter(
      (time) => time !== undefined,
    );
    if (known.length === 0) return;
    this.cancelTimer();
    this.cancelTimer = clock.after(Math.max(0, Math.min(...known) - clock.now()), () => this.reconcile());
  }

  private publish(): void {
    const { podIP, hostIP, clock } = this.options;
    const isOver = this.end !== undefined;
    const status = podStatusOf({
      pod: this.pod,
      records: this.records,
      podIP,
      hostIP,
      startTime: this.startTime,
      isPrepared: this.volumes.volumes !== undefined,
      isOver,
      verdict: isOver ? this.verdict : undefined,
      before: this.conditions,
      now: clock.now(),
    });
    this.conditions = status.conditions ?? [];
    this.writer.write(status);
  }

  private finish(): void {
    this.end = "clearing";
    this.publish();
    void this.volumes
      .remove()
      .catch((error: unknown) => this.log(`its volumes cannot be removed: ${wordsOf(error)}`))
      .then(() => {
        this.end = "cleared";
        this.options.onFinished();
        this.reconcile();
      });
  }

  /** What is left to do when nothing runs any more. */
  private leave(): void {
    if (this.end !== "cleared") return;
    if (this.isGone) return this.close();
    if (this.pod.metadata.deletionTimestamp === undefined || this.isRemoving) return;
    this.isRemoving = true;
    void this.remove(0);
  }

  /** Lets the API server forget the pod, once it has its last status. */
  private async remove(failures: number): Promise<void> {
    const { api, clock, random } = this.options;
    await this.writer.written();
    if (this.isGone || this.isClosed) return;
    try {
      await api.remove(this.ref);
    } catch (error) {
      if (isNotFound(error) || isConflict(error)) return;
      clock.after(retryDelayMs(failures + 1, random), () => void this.remove(failures + 1));
    }
  }

  private close(): void {
    this.isClosed = true;
    const { surroundings, onClosed } = this.options;
    void surroundings
      .forget(this.pod)
      .catch((error: unknown) => this.log(`what is left of it cannot be removed: ${wordsOf(error)}`))
      .then(onClosed);
  }

  private stopWithin(graceMs: number): void {
    this.stopBy = Math.min(this.stopBy ?? Infinity, this.options.clock.now() + graceMs);
    this.runner.shorten(graceMs);
  }

  private deadline(): number | undefined {
    const seconds = this.pod.spec?.activeDeadlineSeconds;
    return seconds === undefined ? undefined : this.startTime + seconds * 1000;
  }

  private checkDeadline(): void {
    const deadline = this.deadline();
    if (deadline === undefined || this.stopBy !== undefined || deadline > this.options.clock.now()) return;
    const message = "Pod was active on the node longer than the specified deadline";
    this.verdict = { phase: "Failed", reason: "DeadlineExceeded", message };
    this.tell({ type: "Normal", reason: "DeadlineExceeded", message });
    this.stopWithin(graceMsOf(this.pod));
  }

  private configOf({ container }: ContainerRecord): Promise<ContainerConfig> {
    const { volumes } = this.volumes;
    if (volumes === undefined) throw new ContainerStartError("CreateContainerConfigError", "its volumes are gone");
    return containerConfig(this.pod, container.spec, this.options.podIP, volumes, this.options.surroundings);
  }

  /** Containers wait for ever, and say why. */
  private refuse(message: string): void {
    this.explain("CreateContainerConfigError", message);
    this.tell({ type: "Warning", reason: "Failed", message });
  }

  private volumesFailed(message: string): void {
    if (this.volumes.volumes === undefined) this.explain(undefined, message);
    this.tell({ type: "Warning", reason: "FailedMount", message });
  }

  private volumesChanged(): void {
    // What kept the containers waiting is over; what else they may wait for has a reason.
    if (this.volumes.volumes !== undefined) {
      for (const record of this.records) {
        if (record.state.is === "waiting" && record.state.reason === undefined) record.state = { is: "waiting" };
      }
    }
    this.reconcile();
  }

  private explain(reason: string | undefined, message: string): void {
    const waiting = this.records.filter(({ state }) => state.is === "waiting");
    for (const record of waiting) record.state = { is: "waiting", reason, message };
  }

  private tell(...occurrences: readonly Occurrence[]): void {
    for (const occurrence of occurrences) this.options.events.tell(this.ref, occurrence);
  }

  private log(message: string): void {
    this.options.log(`${this.ref.namespace}/${this.ref.name}: ${message}`);
  }
}

/** What volumes show of a pod. */
function hasNewMetadata({ metadata: before }: Pod, { metadata: after }: Pod): boolean {
  const shown = ({ labels, annotations }: Pod["metadata"]): string => JSON.stringify([labels, annotations]);
  return shown(before) !== shown(after);
}
