import { setTimeout as sleep } from "node:timers/promises";
import { FINALIZER, type ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { isConflict } from "../../../adapters/kubernetes/errors";
import { EXPERIMENTS } from "../../../adapters/kubernetes/paths";
import type { Context } from "../context";
import type { Driver } from "../drivers/driver";
import { createTargets, experimentOf, inputsFor } from "./objects";
import { patiently } from "./patience";
import type { CasePlan } from "./plan";

/** Longest that an experiment may take beyond its plan while nothing disturbs it, in ms. */
export const BEYOND_PLAN_MS = 60_000;
/** After so long an experiment is given up whatever happened, in ms. */
const GIVE_UP_MS = 600_000;

/** One experiment while it runs, with the processes that were started for it. */
export class CaseRun {
  /** The `pulumi up`s that run. */
  readonly pulumis = new Set<Driver>();
  /** What the `pulumi up`s said that failed without being killed. */
  readonly failures: string[] = [];
  /** `pulumi up`s that were killed for good, so that the controller has to take over. */
  abandoned = 0;
  private starts = 0;
  private readonly killed = new Set<Driver>();
  private startedAt = 0;
  /** Nobody runs `pulumi up` for it any more. */
  private dismissed = false;

  constructor(
    private readonly context: Context,
    readonly plan: CasePlan,
  ) {}

  get namespace(): string {
    return this.plan.namespace;
  }

  /** The experiment as it was last seen. */
  get experiment(): ExperimentResource | undefined {
    return this.context.histories.latest<ExperimentResource>("experiment", this.namespace);
  }

  /** Whether it is being tried: the time for faults. */
  get isUnderWay(): boolean {
    return this.experiment?.status?.serin?.stage === "iterating";
  }

  /** From 0 to 1. */
  get progress(): number {
    const { status } = this.experiment ?? {};
    if (status?.serin?.stage === "ended") return 1;
    return (status?.currentIteration ?? 0) / (this.plan.maxIterations + 2);
  }

  /** Makes what is to be released, and asks for the release. */
  async begin(): Promise<void> {
    const { client, prometheusUrl, now } = this.context;
    await createTargets(client, this.plan);
    this.startedAt = now();
    if (this.plan.door !== "controller") return this.startPulumi();
    const experiment = experimentOf(this.plan, prometheusUrl);
    await patiently(async () => {
      try {
        await client.create(EXPERIMENTS, experiment);
      } catch (error) {
        if (!isConflict(error)) throw error; // made by an earlier try, whose answer was lost
      }
    });
  }

  /** As the next `pulumi up` would. */
  async startPulumi(skewMs = 0): Promise<void> {
    const { context, plan } = this;
    if (this.dismissed || this.isOver()) return;
    this.starts += 1;
    const driver = await context.startDriver({
      name: `pulumi/${plan.namespace}#${this.starts}`,
      skewMs,
      script: "bench/faults/drivers/pulumiMain.js",
      args: (kubeconfig) => [kubeconfig, JSON.stringify(inputsFor(plan, context.prometheusUrl))],
    });
    this.pulumis.add(driver);
    void driver.ended.then(() => this.afterEnd(driver));
  }

  /**
   * SIGKILL.
   *
   * @param restartInMs undefined: there is no next `pulumi up`, unless this one died before there was an experiment that
   *   anybody could take over
   */
  async killPulumi(driver: Driver, restartInMs: number | undefined, skewMs = 0): Promise<void> {
    this.killed.add(driver);
    await driver.kill();
    if (restartInMs === undefined && this.experiment !== undefined) {
      this.abandoned += 1;
      return;
    }
    await sleep(restartInMs ?? 0);
    await this.startPulumi(skewMs);
  }

  /**
   * Waits for the end.
   *
   * @returns whether it came in time
   */
  async ended(): Promise<boolean> {
    const { now, disturbances, signal } = this.context;
    const { maxIterations, intervalSeconds } = this.plan;
    const bound = maxIterations * intervalSeconds * 1000 + BEYOND_PLAN_MS;
    const calm = disturbances.calmIn(this.namespace);
    while (!this.isOver()) {
      signal.throwIfAborted();
      if (calm(this.startedAt, now()) > bound || now() - this.startedAt > GIVE_UP_MS) return false;
      await sleep(100);
    }
    return true;
  }

  /** Waits for the `pulumi up`s to notice the end. @returns the names of those that did not, which are killed */
  async dismiss(withinMs: number): Promise<string[]> {
    this.dismissed = true;
    const deadline = this.context.now() + withinMs;
    while (this.pulumis.size > 0 && this.context.now() < deadline && !this.context.signal.aborted) await sleep(100);
    const left = [...this.pulumis];
    for (const driver of left) this.killed.add(driver);
    await Promise.all(left.map((driver) => driver.kill()));
    return left.map(({ name }) => name);
  }

  private isOver(): boolean {
    const { experiment } = this;
    return experiment?.status?.serin?.stage === "ended" && !experiment.metadata.finalizers?.includes(FINALIZER);
  }

  private async afterEnd(driver: Driver): Promise<void> {
    this.pulumis.delete(driver);
    if (this.killed.has(driver) || driver.exitCode === 0 || this.dismissed || this.context.signal.aborted) return;
    this.failures.push(driver.lastWords(1));
    this.context.note(`${driver.name} failed: ${driver.lastWords(1)}`);
    const calmAgain = this.context.disturbances.begin(this.namespace, 3000);
    await sleep(1000);
    await this.startPulumi();
    calmAgain();
  }
}
