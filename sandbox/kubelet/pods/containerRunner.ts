import { runHook } from "../hooks/run";
import { Stopping } from "../hooks/stopping";
import { check } from "../probes/check";
import { initially, Prober } from "../probes/prober";
import type { ProbeKind } from "../probes/tally";
import { ContainerStartError, type Container, type ContainerConfig, type Exit, type Runtime } from "../runtime/runtime";
import { afterFailures, afterRun, type CrashBackoff } from "./backoff";
import type { Clock } from "./clock";
import { wordsOf } from "./containerConfig";
import type { Occurrence } from "./events";
import type { ContainerRecord, Ending } from "./record";

export interface RunnerOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly backoff: CrashBackoff;
  readonly podIP: string;
  /** @throws ContainerStartError */
  readonly configOf: (record: ContainerRecord) => Promise<ContainerConfig>;
  /** The pod's grace period, in ms. */
  readonly graceMs: () => number;
  readonly tell: (occurrence: Occurrence) => void;
  /** A record has changed. */
  readonly onChange: () => void;
}

/** A hook may take as long as it likes; its container's end ends it. */
const unlimitedMs = 2 ** 31 - 1;
/** What refers to objects that may yet come is tried again soon. */
const configBackoff: CrashBackoff = { baseMs: 1000, capMs: 30_000, resetMs: 0 };

/** Starts, watches and ends the containers of one pod; what becomes of them it writes into their records. */
export class ContainerRunner {
  private readonly probers = new Map<ContainerRecord, Prober>();
  private readonly stoppings = new Map<ContainerRecord, Stopping>();

  constructor(private readonly options: RunnerOptions) {}

  async start(record: ContainerRecord): Promise<void> {
    const { runtime, configOf, onChange, clock } = this.options;
    const from = record.state;
    if (from.is !== "waiting" && from.is !== "ended") return;
    record.state = { is: "starting", from };
    const before = from.is === "ended" ? from.ending : record.last;
    try {
      const handle = await runtime.start(await configOf(record));
      Object.assign(record, { handle, isStopping: false, begun: true, failedStarts: 0, last: before });
      Object.assign(record, { imageId: handle.imageId, containerId: this.idOf(handle), runs: record.runs + 1 });
      void handle.exited.then((exit) => this.exited(record, handle, exit));
      this.say(record, "Normal", "Created", `Created container ${record.container.spec.name}`);
      this.say(record, "Normal", "Started", `Started container ${record.container.spec.name}`);
      await this.postStart(record, handle);
    } catch (error) {
      record.last = before;
      this.notStarted(record, error, clock.now());
    }
    onChange();
  }

  /** Ends a container that has not ended yet: hook, SIGTERM, SIGKILL. */
  stop(record: ContainerRecord, graceMs: number, message: string): void {
    const { handle, container } = record;
    if (handle === undefined || record.isStopping) return;
    const { clock, podIP } = this.options;
    record.isStopping = true;
    this.say(record, "Normal", "Killing", message);
    const { spec } = container;
    const preStop = spec.lifecycle?.preStop;
    // One that never got as far as to run is not asked to leave.
    const isUp = record.state.is === "running";
    const target = { container: spec, handle, podIP, clock };
    const stopping = new Stopping({
      handle,
      clock,
      graceMs,
      preStop: preStop && isUp ? (timeoutMs) => runHook(preStop, target, timeoutMs) : undefined,
      onPreStopFailed: (words) => this.say(record, "Warning", "FailedPreStopHook", `PreStopHook failed: ${words}`),
    });
    this.stoppings.set(record, stopping);
  }

  /** Gives all that are being stopped less time. */
  shorten(graceMs: number): void {
    for (const stopping of this.stoppings.values()) stopping.shorten(graceMs);
  }

  /** Ends all processes at once, without hooks: SIGTERM, and SIGKILL after `graceMs`. */
  async shutDown(records: readonly ContainerRecord[], graceMs: number): Promise<void> {
    for (const prober of this.probers.values()) prober.stop();
    const handles = records.flatMap(({ handle }) => (handle ? [handle] : []));
    for (const handle of handles) handle.signal("SIGTERM");
    const cancel = this.options.clock.after(graceMs, () => handles.forEach((handle) => handle.signal("SIGKILL")));
    await Promise.all(handles.map(({ exited }) => exited));
    cancel();
  }

  /** Says of a container that its next start is put off. */
  backOff(record: ContainerRecord): void {
    const { state, container, notBefore } = record;
    const { name, image } = container.spec;
    if (state.is === "ended") {
      record.state = { ...state, backingOffMs: Math.max(0, notBefore - state.ending.finishedAt) };
      this.say(record, "Warning", "BackOff", `Back-off restarting failed container ${name}`);
    } else if (state.is === "waiting") {
      const message = `Back-off pulling image "${image}": ${state.message}`;
      record.state = { is: "waiting", reason: "ImagePullBackOff", message };
      this.say(record, "Normal", "BackOff", `Back-off pulling image "${image}"`);
    }
  }

  private async postStart(record: ContainerRecord, handle: Container): Promise<void> {
    const { podIP, clock, graceMs } = this.options;
    const { spec } = record.container;
    const hook = spec.lifecycle?.postStart;
    let failure: string | undefined;
    if (hook) {
      const done = runHook(hook, { container: spec, handle, podIP, clock }, unlimitedMs);
      failure = await Promise.race([done.then(() => undefined, wordsOf), handle.exited.then(() => undefined)]);
    }
    if (record.handle !== handle) return;
    record.state = { is: "running", startedAt: handle.startedAt.getTime(), ...initially(spec) };
    if (failure !== undefined) {
      this.say(record, "Warning", "FailedPostStartHook", `PostStartHook failed: ${failure}`);
      this.stop(record, graceMs(), "FailedPostStartHook");
    } else if (!record.isStopping) {
      this.probers.set(record, this.proberOf(record, handle));
    }
  }

  private proberOf(record: ContainerRecord, handle: Container): Prober {
    const { clock, podIP, onChange } = this.options;
    const { spec } = record.container;
    const set = (change: { started?: boolean; ready?: boolean }): void => {
      if (record.state.is !== "running" || record.handle !== handle) return;
      record.state = { ...record.state, ...change };
      onChange();
    };
    return new Prober({
      container: spec,
      clock,
      check: (probe) => check(probe, { container: spec, handle, podIP }),
      onStarted: () => set({ started: true }),
      onReady: (ready) => set({ ready }),
      onUnhealthy: (kind) => this.unhealthy(record, kind),
      onFailure: (kind, message) =>
        this.say(record, "Warning", "Unhealthy", `${titleOf(kind)} probe failed: ${message}`),
    });
  }

  private unhealthy(record: ContainerRecord, kind: ProbeKind): void {
    const { spec } = record.container;
    const probe = kind === "startup" ? spec.startupProbe : spec.livenessProbe;
    const seconds = probe?.terminationGracePeriodSeconds;
    const graceMs = seconds === undefined ? this.options.graceMs() : Math.max(1, seconds) * 1000;
    this.stop(record, graceMs, `Container ${spec.name} failed ${kind} probe, will be restarted`);
    this.options.onChange();
  }

  private exited(record: ContainerRecord, handle: Container, { exitCode, signal, finishedAt, message }: Exit): void {
    if (record.handle !== handle) return;
    this.ended(record, {
      exitCode,
      ...(signal === undefined ? {} : { signal }),
      reason: exitCode === 0 ? "Completed" : "Error",
      ...(message === "" ? {} : { message }),
      startedAt: handle.startedAt.getTime(),
      finishedAt: finishedAt.getTime(),
      containerId: this.idOf(handle),
    });
    this.options.onChange();
  }

  private ended(record: ContainerRecord, ending: Ending): void {
    this.probers.get(record)?.stop();
    this.probers.delete(record);
    this.stoppings.delete(record);
    const { startedAt, finishedAt } = ending;
    const { waitMs, nextDelayMs } = afterRun(this.options.backoff, record.delayMs, finishedAt - startedAt);
    const notBefore = finishedAt + waitMs;
    Object.assign(record, { handle: undefined, isStopping: false, delayMs: nextDelayMs, notBefore });
    record.state = { is: "ended", ending };
  }

  private notStarted(record: ContainerRecord, error: unknown, now: number): void {
    const reason = error instanceof ContainerStartError ? error.reason : "CreateContainerError";
    const message = wordsOf(error);
    const { image } = record.container.spec;
    const words = reason === "ErrImagePull" ? `Failed to pull image "${image}": ${message}` : `Error: ${message}`;
    this.say(record, "Warning", "Failed", words);
    if (reason === "RunContainerError") {
      // It was there, and its program could not be run: that is a run that ended.
      Object.assign(record, { runs: record.runs + 1, begun: true });
      return this.ended(record, { exitCode: 128, reason: "StartError", message, startedAt: now, finishedAt: now });
    }
    record.failedStarts += 1;
    const backoff = reason === "CreateContainerConfigError" ? configBackoff : this.options.backoff;
    record.notBefore = now + afterFailures(backoff, record.failedStarts);
    record.state = { is: "waiting", reason, message };
  }

  /** A container's id as the API has it, with the kind of the runtime: `unshare://0123…`. */
  private idOf({ id }: Container): string {
    return `${this.options.runtime.version.split("://")[0]}://${id}`;
  }

  private say({ container }: ContainerRecord, type: Occurrence["type"], reason: string, message: string): void {
    this.options.tell({ type, reason, message, container: { name: container.spec.name, role: container.role } });
  }
}

function titleOf(kind: ProbeKind): string {
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
}
