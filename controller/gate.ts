import type { Urgency } from "../driver/world";

/** What waits for a request to the API server, most urgent first. */
export const URGENCIES = ["rollback", "step", "status", "event"] as const;
export type RequestUrgency = Urgency | "event";

/**
 * Lets so many requests go at once, and of those that wait the most urgent first; among equals, the one that has waited
 * longest. So what the API server cannot take at once delays Events before it delays traffic.
 */
export class Gate {
  private readonly waiting = new Map<RequestUrgency, (() => void)[]>(URGENCIES.map((urgency) => [urgency, []]));
  private free: number;

  /** @param slots requests in flight at most; at least 2 */
  constructor(private readonly slots: number) {
    this.free = slots;
  }

  /** How many wait for a slot. */
  get depth(): number {
    return [...this.waiting.values()].reduce((sum, { length }) => sum + length, 0);
  }

  async run<T>(urgency: RequestUrgency, request: () => Promise<T>): Promise<T> {
    await this.enter(urgency);
    try {
      return await request();
    } finally {
      this.free += 1;
      this.admit();
    }
  }

  private enter(urgency: RequestUrgency): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.get(urgency)?.push(resolve);
      this.admit();
    });
  }

  private admit(): void {
    for (const urgency of URGENCIES) {
      const queue = this.waiting.get(urgency) ?? [];
      // Events leave half of the slots to what is more urgent and may come at any moment.
      const reserved = urgency === "event" ? Math.floor(this.slots / 2) : 0;
      while (this.free > reserved && queue.length > 0) {
        this.free -= 1;
        queue.shift()?.();
      }
    }
  }
}
