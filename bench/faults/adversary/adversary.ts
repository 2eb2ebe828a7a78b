import { setTimeout as sleep } from "node:timers/promises";
import { createDraws } from "../../../simulation/random/draws";
import type { Arena, FaultKind } from "./arena";
import { drawKind } from "./kinds";

export interface AdversaryOptions {
  readonly arena: Arena;
  readonly kinds: readonly FaultKind[];
  /** Faults in the whole run. */
  readonly faults: number;
  readonly seed: number;
  /** How much of the run is over, from 0 to 1. */
  readonly progress: () => number;
  readonly tell: (line: string) => void;
}

/** One that happened. */
export interface Happened {
  readonly number: number;
  readonly at: number;
  readonly kind: string;
  readonly target: string;
}

/** Mean time between two looks at whether a fault is due, in ms. */
const MEAN_PAUSE_MS = 400;

/**
 * Interferes with a run, at a pace that spreads the faults over it. Each fault draws from a stream of its own, so that a
 * run with the same seed meets the same faults, as far as there is something for them to happen to.
 */
export class Adversary {
  readonly happened: Happened[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private stopped = false;
  private failure: unknown;

  constructor(private readonly options: AdversaryOptions) {}

  /** Goes on until it is told to stop. @throws whatever a fault throws: that is a defect of the bench */
  async interfere(): Promise<void> {
    const { faults, seed, progress } = this.options;
    const pace = createDraws(seed, "pace");
    for (let number = 1; !this.stopped && number <= faults;) {
      await sleep(pace.exponential(MEAN_PAUSE_MS));
      if (this.failure !== undefined) throw this.failure;
      if (!this.stopped && number <= Math.ceil(faults * progress()) && this.strike(number)) number += 1;
    }
  }

  /** No fault begins any more. Resolves when the last one is over. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.underWay);
    if (this.failure !== undefined) throw this.failure;
  }

  private strike(number: number): boolean {
    const { arena, kinds, seed, tell } = this.options;
    const draws = createDraws(seed, `fault ${number}`);
    // What there is nothing for is passed over; at some time there is something for another kind.
    for (let tries = 0; tries < 20; tries += 1) {
      const kind = drawKind(kinds, draws);
      const planned = kind?.plan(arena, draws);
      if (kind === undefined || planned === undefined) continue;
      this.happened.push({ number, at: arena.context.now(), kind: kind.name, target: planned.target });
      tell(`fault ${number}: ${kind.name}: ${planned.target}`);
      const run: Promise<void> = planned
        .run()
        .catch((error: unknown) => {
          this.failure ??= error;
        })
        .finally(() => this.underWay.delete(run));
      this.underWay.add(run);
      return true;
    }
    return false;
  }
}
