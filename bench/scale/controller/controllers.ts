import type { Environment } from "../environment/environment";
import { Replica } from "./replica";

/** Memory of the replicas together, at a time in ms since 1970. */
export interface Sample {
  readonly at: number;
  readonly rssMiB: number;
}

const SAMPLE_EVERY_MS = 1_000;

/** All replicas of a run, those that were ended included. */
export class Controllers {
  private readonly ended: Replica[] = [];
  private readonly running: Replica[] = [];
  private readonly sampled: Sample[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly environment: Environment,
    private readonly command: string | undefined,
    private readonly signal: AbortSignal,
  ) {
    this.timer = setInterval(() => {
      const rssMiB = this.running.reduce((sum, replica) => sum + replica.usage().rssMiB, 0);
      if (this.running.length > 0) this.sampled.push({ at: Date.now(), rssMiB });
    }, SAMPLE_EVERY_MS);
  }

  /** Starts one more replica and waits until it is ready. */
  async start(): Promise<void> {
    const name = `controller-${this.running.length + this.ended.length + 1}`;
    // As with a pod's containers, the process that is started after one has died leads under the same name.
    const identity = `replica-${this.running.length + 1}`;
    const replica = await Replica.start(this.environment, { name, identity }, this.command);
    this.running.push(replica);
    await replica.untilReady(this.signal);
  }

  /** Ends the replica that was started first of those that run, without a word. */
  async killFirst(): Promise<void> {
    const replica = this.running.shift();
    if (replica === undefined) throw new Error("no controller runs");
    this.ended.push(replica);
    await replica.kill();
  }

  /** Ends all in good order. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    const replicas = this.running.splice(0);
    this.ended.push(...replicas);
    await Promise.all(replicas.map((replica) => replica.stop()));
  }

  /** Experiments of which an Event has still to be written. */
  async eventsWaiting(): Promise<number> {
    const waiting = await Promise.all(this.running.map((replica) => replica.eventsWaiting()));
    return waiting.reduce((sum, one) => sum + one, 0);
  }

  /** @throws Error when one has ended by itself */
  assertAlive(): void {
    for (const replica of this.running) replica.assertAlive();
  }

  /** Processor time of all replicas so far, in ms. */
  cpuMs(): number {
    return [...this.ended, ...this.running].reduce((sum, replica) => sum + replica.usage().cpuMs, 0);
  }

  /** Most memory that any one replica has had, in MiB. */
  peakRssMiB(): number {
    return Math.max(...[...this.ended, ...this.running].map((replica) => replica.usage().peakRssMiB));
  }

  /** Memory of all replicas together, once a second. */
  samples(): readonly Sample[] {
    return this.sampled;
  }
}
