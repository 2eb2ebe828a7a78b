import type { Key } from "../adapters/kubernetes/objectCache";

export interface WorkQueueOptions {
  /**
   * Works on one key.
   *
   * @returns ms after which the key is to be worked on again by itself; Infinity for never
   */
  readonly work: (key: Key) => Promise<number>;
  /** Hears of what `work` threw, and in how many ms it is tried again. */
  readonly onFailure: (key: Key, error: unknown, retryInMs: number) => void;
  /** Source of jitter, [0, 1). */
  readonly random?: () => number;
}

const BACKOFF_MS = { first: 100, longest: 15_000 };
/** The longest delay that timers know. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Entry {
  running: boolean;
  /** Something happened while it was worked on. */
  again: boolean;
  failures: number;
  timer?: NodeJS.Timeout;
}

/**
 * Works on keys, side by side, but on no key twice at once. What happens to a key while it is worked on makes it be worked on
 * once more, however much it was. A failure is tried again after a while, longer each time, with jitter.
 */
export class WorkQueue {
  private readonly entries = new Map<Key, Entry>();
  private stopped = false;
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly options: WorkQueueOptions) {}

  /** Keys that are being worked on. */
  get depth(): number {
    return this.running.size;
  }

  /** Works on a key, now. */
  add(key: Key): void {
    if (this.stopped) return;
    const entry = this.entries.get(key) ?? { running: false, again: false, failures: 0 };
    this.entries.set(key, entry);
    if (entry.running) {
      entry.again = true;
      return;
    }
    clearTimeout(entry.timer);
    entry.running = true;
    const work = this.run(key, entry).finally(() => this.running.delete(work));
    this.running.add(work);
  }

  /** Takes no more work; resolves when what is being done is done. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const { timer } of this.entries.values()) clearTimeout(timer);
    await Promise.all(this.running);
  }

  private async run(key: Key, entry: Entry): Promise<void> {
    const { work, onFailure, random = Math.random } = this.options;
    let wakeInMs: number;
    try {
      wakeInMs = await work(key);
      entry.failures = 0;
    } catch (error) {
      entry.failures += 1;
      // Full jitter, but no busy loop.
      wakeInMs = 20 + random() * Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** Math.min(entry.failures - 1, 16));
      onFailure(key, error, wakeInMs);
    }
    entry.running = false;
    if (this.stopped) return;
    if (entry.again && entry.failures === 0) {
      entry.again = false;
      this.add(key);
    } else if (Number.isFinite(wakeInMs)) {
      entry.again = false;
      entry.timer = setTimeout(() => this.add(key), Math.min(LONGEST_TIMER_MS, Math.max(0, wakeInMs)));
    } else {
      this.entries.delete(key);
    }
  }
}
