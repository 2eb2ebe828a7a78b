import type { V1Container, V1Probe } from "@kubernetes/client-node";
import type { Cancel, Clock } from "../pods/clock";
import type { CheckResult } from "./check";
import { counted, verdictOf, type ProbeKind, type Tally } from "./tally";

export interface ProberOptions {
  readonly container: V1Container;
  readonly clock: Clock;
  readonly check: (probe: V1Probe) => Promise<CheckResult>;
  /** The startup probe has succeeded. */
  readonly onStarted: () => void;
  readonly onReady: (ready: boolean) => void;
  /** The startup or liveness probe has failed often enough: the container is to be killed. */
  readonly onUnhealthy: (kind: ProbeKind, message: string) => void;
  /** A single check has failed. */
  readonly onFailure: (kind: ProbeKind, message: string) => void;
}

/** Whether the container counts as started, and as ready, before any probe has said anything. */
export function initially({ startupProbe, readinessProbe }: V1Container): { started: boolean; ready: boolean } {
  return { started: startupProbe === undefined, ready: readinessProbe === undefined };
}

/**
 * The probes of one run of a container: first the startup probe alone, then liveness and readiness side by side. Each
 * probe waits for its own answer before it asks again.
 */
export class Prober {
  private readonly timers = new Map<ProbeKind, Cancel>();
  private readonly startedAt: number;
  private isStopped = false;

  constructor(private readonly options: ProberOptions) {
    this.startedAt = options.clock.now();
    const { startupProbe } = options.container;
    if (startupProbe) this.schedule("startup", startupProbe, undefined, (startupProbe.initialDelaySeconds ?? 0) * 1000);
    else this.probeOn(0);
  }

  stop(): void {
    this.isStopped = true;
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  /** @param ranMs how long the container has run already: the initial delays count from its start */
  private probeOn(ranMs: number): void {
    const { livenessProbe, readinessProbe } = this.options.container;
    const delayOf = ({ initialDelaySeconds = 0 }: V1Probe): number => Math.max(0, initialDelaySeconds * 1000 - ranMs);
    if (livenessProbe) this.schedule("liveness", livenessProbe, undefined, delayOf(livenessProbe));
    if (readinessProbe) this.schedule("readiness", readinessProbe, undefined, delayOf(readinessProbe));
  }

  private schedule(kind: ProbeKind, probe: V1Probe, tally: Tally | undefined, inMs: number): void {
    if (this.isStopped) return;
    const cancel = this.options.clock.after(inMs, () => void this.probe(kind, probe, tally));
    this.timers.set(kind, cancel);
  }

  private async probe(kind: ProbeKind, probe: V1Probe, before: Tally | undefined): Promise<void> {
    const { clock, check, onFailure } = this.options;
    const askedAt = clock.now();
    const { isSuccess, message } = await check(probe);
    if (this.isStopped) return;
    const tally = counted(before, isSuccess);
    if (!isSuccess) onFailure(kind, message);
    if (this.conclude(kind, verdictOf(tally, probe), message)) return;
    const periodMs = (probe.periodSeconds ?? 10) * 1000;
    this.schedule(kind, probe, tally, Math.max(0, askedAt + periodMs - clock.now()));
  }

  /** Says what the results mean. @returns whether this probe is done for good */
  private conclude(kind: ProbeKind, verdict: "success" | "failure" | undefined, message: string): boolean {
    const { clock, onStarted, onReady, onUnhealthy } = this.options;
    if (verdict === undefined) return false;
    if (kind === "readiness") {
      onReady(verdict === "success");
      return false;
    }
    if (verdict === "failure") {
      this.stop();
      onUnhealthy(kind, message);
      return true;
    }
    if (kind === "liveness") return false;
    onStarted();
    this.probeOn(clock.now() - this.startedAt);
    return true;
  }
}
