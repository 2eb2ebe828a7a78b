import type { Clock } from "../../driver/world";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that passes only when everybody waits for it. */
export class VirtualClock {
  private sleepers: Sleeper[] = [];

  constructor(private time = Date.UTC(2030, 0, 1)) {}

  readonly now = (): number => this.time;

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      const at = this.time + Math.max(0, Math.ceil(ms)); // dates have whole ms
      const before = this.sleepers.findIndex((other) => other.at > at);
      this.sleepers.splice(before < 0 ? this.sleepers.length : before, 0, { at, wake });
    });

  /** The clock as one machine has it: its monotonic clock began at some time of its own. */
  machine(offset = 0): Clock {
    return { now: this.now, monotonic: () => this.time - offset, sleep: this.sleep };
  }

  /** Lets time pass until the work is done. @throws Error when it waits for nothing, or for longer than the limit */
  async run<T>(work: Promise<T>, limitMs = 3_600_000): Promise<T> {
    const deadline = this.time + limitMs;
    let settled = false;
    const note = () => (settled = true);
    work.then(note, note);
    for (;;) {
      await new Promise(setImmediate);
      if (settled) return work;
      const next = this.sleepers.shift();
      if (next === undefined) throw new Error("nothing is left to wait for, and the work is not done");
      if (next.at > deadline) throw new Error(`the work is not done after ${limitMs} ms`);
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
  }
}
